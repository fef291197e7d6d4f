#![doc = include_str!("../README.md")]
// Generated code does not follow the house's lints.
#![allow(clippy::all, clippy::pedantic, missing_docs)]

pub mod convert;

macro_rules! package {
    ($name:ident, $package:literal) => {
        pub mod $name {
            pub mod v1 {
                tonic::include_proto!($package);
            }
        }
    };
}

package!(analytics, "tributary.analytics.v1");
package!(campaigns, "tributary.campaigns.v1");
package!(contracts, "tributary.contracts.v1");
package!(customers, "tributary.customers.v1");
package!(deals, "tributary.deals.v1");
package!(gateway, "tributary.gateway.v1");
package!(intake, "tributary.intake.v1");
package!(notifications, "tributary.notifications.v1");
package!(r#type, "tributary.r#type.v1");
/// `proto::types::v1::Money` reads better than a raw identifier.
pub use r#type as types;

/// Every contract, with comments and options: for reflection, JSON and OpenAPI.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor_set.bin"));

/// The REST route of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpRoute {
    /// `GET`, `POST`, `PATCH`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Path with request fields in braces.
    pub path: &'static str,
    /// gRPC path, `/tributary.intake.v1.IntakeService/SubmitLead`.
    pub rpc: &'static str,
}

// `POLICY`: method and callers. `HTTP_ROUTES`. `PERSONAL`: event, numbers of the fields that say what it is about, and
// the ways to the fields that say something of a person.
include!(concat!(env!("OUT_DIR"), "/tables.rs"));
