//! The contracts as they can be read at run time.

use std::collections::HashMap;

use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, SerializeOptions};
use serde_json::Value;
use service::StartError;

/// Every message and method.
pub(super) struct Contracts {
    pub(super) pool: DescriptorPool,
    /// By path, `/tributary.intake.v1.IntakeService/SubmitLead`.
    methods: HashMap<&'static str, Method>,
}

/// A method that the policy has a row for.
pub(super) struct Method {
    pub(super) path: &'static str,
    /// Name of the service that answers: `intake`.
    pub(super) service: &'static str,
    pub(super) descriptor: MethodDescriptor,
}

impl Contracts {
    pub(super) fn try_new() -> Result<Self, StartError> {
        let pool = DescriptorPool::decode(proto::DESCRIPTOR_SET)
            .map_err(|error| StartError::other("contracts cannot be read", error))?;
        let missing = |path: &str| {
            StartError::other(
                "contracts cannot be read",
                format!("{path} is not among them"),
            )
        };
        let mut methods = HashMap::with_capacity(proto::POLICY.len());
        for (path, _) in proto::POLICY {
            let method = find(&pool, path).ok_or_else(|| missing(path))?;
            methods.insert(*path, method);
        }
        Ok(Self { pool, methods })
    }

    pub(super) fn method(&self, path: &str) -> Option<&Method> {
        self.methods.get(path)
    }

    /// A message in the JSON mapping of proto3, defaults written out.
    pub(super) fn json<M: Message + Name>(&self, message: &M) -> Option<Value> {
        let descriptor = self.pool.get_message_by_name(&M::full_name())?;
        let bytes = message.encode_to_vec();
        let dynamic = DynamicMessage::decode(descriptor, bytes.as_slice()).ok()?;
        json(&dynamic)
    }
}

/// A message in the JSON mapping of proto3, defaults written out: a client need not know them.
pub(super) fn json(message: &DynamicMessage) -> Option<Value> {
    let options = SerializeOptions::new().skip_default_fields(false);
    message
        .serialize_with_options(serde_json::value::Serializer, &options)
        .ok()
}

fn find(pool: &DescriptorPool, path: &'static str) -> Option<Method> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    let name = service.strip_prefix("tributary.")?.split_once('.')?.0;
    let descriptor = pool.get_service_by_name(service)?;
    let descriptor = descriptor.methods().find(|it| it.name() == method)?;
    Some(Method {
        path,
        service: name,
        descriptor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_found_with_its_service() {
        let contracts = Contracts::try_new().unwrap();
        let path = "/tributary.intake.v1.IntakeService/SubmitLead";
        let method = contracts.method(path).unwrap();
        assert_eq!((method.path, method.service), (path, "intake"));
        assert_eq!(contracts.methods.len(), proto::POLICY.len());
        assert!(
            contracts
                .method("/tributary.intake.v1.IntakeService/Nothing")
                .is_none()
        );
    }

    #[test]
    fn numbers_of_64_bits_are_written_as_text() {
        let contracts = Contracts::try_new().unwrap();
        let money = proto::types::v1::Money {
            minor: i64::MAX,
            currency: "EUR".to_owned(),
        };
        let json = contracts.json(&money).unwrap();
        assert_eq!(
            json.to_string(),
            r#"{"currency":"EUR","minor":"9223372036854775807"}"#
        );
    }
}
