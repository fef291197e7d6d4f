//! Tokens by which our own processes tell each other who is calling.

use std::{fmt, sync::Arc, time::Duration};

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind,
    get_current_timestamp,
};
use serde::{Deserialize, Serialize};

use crate::identity::Identity;

/// Metadata key of the token in calls between our services.
pub const TOKEN_HEADER: &str = "x-tributary-token";

/// HS256 is as strong as its key, up to the 32 bytes of its digest.
const SHORTEST_SECRET: usize = 32;
const ISSUER: &str = "tributary";
/// Clocks of the hosts of one installation may differ by this much.
const CLOCK_SKEW: Duration = Duration::from_secs(5);
/// More than any token made here has; longer ones are not worth a hash.
const LONGEST_TOKEN: usize = 8_192;

/// The key that all processes of an installation share. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    inner: Arc<Inner>,
}

struct Inner {
    signing: EncodingKey,
    checking: DecodingKey,
    validation: Validation,
}

/// The secret is too short to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("secret has {0} bytes and needs {SHORTEST_SECRET}")]
pub struct ShortSecret(usize);

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was good until its time ran out.
    #[error("token has expired")]
    Expired,
    /// It was not made with this key, or it was tampered with.
    #[error("token is not valid")]
    Invalid,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    iat: u64,
    exp: u64,
    who: Identity,
}

impl Keys {
    /// Keys from a secret of at least 32 bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, ShortSecret> {
        let secret = secret.as_ref();
        if secret.len() < SHORTEST_SECRET {
            return Err(ShortSecret(secret.len()));
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = CLOCK_SKEW.as_secs();
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss"]);
        Ok(Self {
            inner: Arc::new(Inner {
                signing: EncodingKey::from_secret(secret),
                checking: DecodingKey::from_secret(secret),
                validation,
            }),
        })
    }

    /// A token that speaks for `identity` until `ttl` is over.
    pub fn mint(&self, identity: &Identity, ttl: Duration) -> String {
        let now = get_current_timestamp();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            iat: now,
            exp: now.saturating_add(ttl.as_secs()),
            who: identity.clone(),
        };
        let header = Header::new(Algorithm::HS256);
        jsonwebtoken::encode(&header, &claims, &self.inner.signing).unwrap_or_else(|error| {
            // Text and numbers always become JSON; should they not, an empty token opens nothing.
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "token cannot be signed"
            );
            String::new()
        })
    }

    /// Whom a token speaks for.
    pub fn verify(&self, token: &str) -> Result<Identity, TokenError> {
        if token.len() > LONGEST_TOKEN {
            return Err(TokenError::Invalid);
        }
        let Inner {
            checking,
            validation,
            ..
        } = &*self.inner;
        match jsonwebtoken::decode::<Claims>(token, checking, validation) {
            Ok(token) => Ok(token.claims.who),
            Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => {
                Err(TokenError::Expired)
            }
            Err(_) => Err(TokenError::Invalid),
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::{Value, json};

    use super::*;
    use crate::identity::Role;

    const TTL: Duration = Duration::from_mins(1);

    fn keys() -> Keys {
        Keys::new([7; 32]).unwrap()
    }

    fn signed(claims: &Value) -> String {
        let key = EncodingKey::from_secret(&[7; 32]);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
    }

    #[test]
    fn every_identity_survives_its_token() {
        let identities = [
            Identity::Anyone,
            Identity::Partner {
                id: "part_1".to_owned(),
                name: "Реклама & Co".to_owned(),
                sandbox: true,
            },
            Identity::Staff {
                id: "staff_1".to_owned(),
                roles: Role::ALL.to_vec(),
            },
            Identity::Service {
                name: "deals".to_owned(),
            },
        ];
        for identity in identities {
            let token = keys().mint(&identity, TTL);
            assert_eq!(keys().verify(&token), Ok(identity));
        }
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert_eq!(Keys::new([7; 31]).unwrap_err(), ShortSecret(31));
    }

    #[test]
    fn a_token_of_another_key_is_refused() {
        let other = Keys::new([8; 32]).unwrap();
        let token = other.mint(&Identity::Anyone, TTL);
        assert_eq!(keys().verify(&token), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_is_refused_once_its_time_is_over() {
        let past = get_current_timestamp() - CLOCK_SKEW.as_secs() - 1;
        let who = json!({"kind": "anyone"});
        let token = signed(&json!({"iss": ISSUER, "iat": 0, "exp": past, "who": who}));
        assert_eq!(keys().verify(&token), Err(TokenError::Expired));
    }

    #[test]
    fn a_token_without_an_end_or_from_another_issuer_is_refused() {
        let exp = get_current_timestamp() + 60;
        let who = json!({"kind": "anyone"});
        for claims in [
            json!({"iss": ISSUER, "iat": 0, "who": who}),
            json!({"iss": "other", "iat": 0, "exp": exp, "who": who}),
            json!({"iat": 0, "exp": exp, "who": who}),
            json!({"iss": ISSUER, "iat": 0, "exp": exp, "who": {"kind": "god"}}),
        ] {
            let token = signed(&claims);
            assert_eq!(keys().verify(&token), Err(TokenError::Invalid), "{claims}");
        }
    }

    #[test]
    fn an_unsigned_or_mangled_token_is_refused() {
        let token = keys().mint(&Identity::Anyone, TTL);
        let body = token.split('.').nth(1).unwrap();
        let none = URL_SAFE_NO_PAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
        for forged in [
            String::new(),
            "a.b.c".to_owned(),
            format!("{none}.{body}."),
            format!("{token}x"),
            "x".repeat(1_000_000),
        ] {
            assert_eq!(
                keys().verify(&forged),
                Err(TokenError::Invalid),
                "{forged:.40}"
            );
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert_eq!(format!("{:?}", keys()), "Keys(..)");
    }
}
