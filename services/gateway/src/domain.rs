//! Who may come in: staff with passwords, partners with keys.

pub(crate) mod api_key;
pub(crate) mod locale;
pub(crate) mod partner;
pub(crate) mod role;
pub(crate) mod staff;
