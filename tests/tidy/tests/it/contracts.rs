//! How the contracts look, beyond what `buf lint` checks.

use std::collections::BTreeSet;

use prost_reflect::DescriptorPool;

fn pool() -> DescriptorPool {
    DescriptorPool::decode(proto::DESCRIPTOR_SET).unwrap()
}

#[test]
fn every_method_has_an_access_row() {
    let rows: BTreeSet<&str> = proto::POLICY.iter().map(|(path, _)| *path).collect();
    let methods: BTreeSet<String> = pool()
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .map(|method| format!("/{}/{}", method.parent_service().full_name(), method.name()))
        .collect();
    assert_eq!(rows, methods.iter().map(String::as_str).collect());
    assert!(proto::POLICY.iter().all(|(_, callers)| !callers.is_empty()));
}

#[test]
fn every_list_is_paged() {
    for service in pool().services() {
        for method in service
            .methods()
            .filter(|method| method.name().starts_with("List"))
        {
            let (input, output) = (method.input(), method.output());
            // Directories are short and fixed in the code.
            if input.fields().len() == 0 {
                continue;
            }
            let place = method.full_name();
            assert!(
                input.get_field_by_name("page_size").is_some(),
                "{place} has no page_size"
            );
            assert!(
                input.get_field_by_name("page_token").is_some(),
                "{place} has no page_token"
            );
            assert!(
                output.get_field_by_name("next_page_token").is_some(),
                "{place}: no next page"
            );
        }
    }
}

#[test]
fn routes_are_unique_and_name_fields_of_the_request() {
    let pool = pool();
    let mut seen = BTreeSet::new();
    for route in proto::HTTP_ROUTES {
        assert!(
            seen.insert((route.method, route.path)),
            "{} {} twice",
            route.method,
            route.path
        );
        let (service, method) = route.rpc.trim_start_matches('/').split_once('/').unwrap();
        let service = pool.get_service_by_name(service).unwrap();
        let method = service
            .methods()
            .find(|found| found.name() == method)
            .unwrap();
        for part in route.path.split('{').skip(1) {
            let field = part.split('}').next().unwrap();
            assert!(
                method.input().get_field_by_name(field).is_some(),
                "{} names {field}, which {} does not have",
                route.path,
                method.input().full_name()
            );
        }
    }
}

#[test]
fn events_name_their_aggregate_first() {
    for file in pool()
        .files()
        .filter(|file| file.name().ends_with("/events.proto"))
    {
        for message in file.messages() {
            let first = message
                .fields()
                .min_by_key(prost_reflect::FieldDescriptor::number)
                .unwrap();
            assert!(
                first.name().ends_with("_id") && first.number() == 1,
                "{} does not begin with the id of its aggregate",
                message.full_name()
            );
        }
    }
}
