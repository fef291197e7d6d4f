//! Compiles the contracts in process (no protoc) and turns their options into tables.
//!
//! A method without an access row, or with an unknown one, fails the build.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script by its environment"
)]

use std::{env, fmt::Write as _, fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, ExtensionDescriptor, Kind, MessageDescriptor, MethodDescriptor,
    Value,
};

const FILES: &[&str] = &[
    "tributary/analytics/v1/events.proto",
    "tributary/analytics/v1/log_service.proto",
    "tributary/analytics/v1/operations_service.proto",
    "tributary/analytics/v1/reports_service.proto",
    "tributary/campaigns/v1/campaigns_service.proto",
    "tributary/campaigns/v1/costs_service.proto",
    "tributary/campaigns/v1/events.proto",
    "tributary/campaigns/v1/files_service.proto",
    "tributary/campaigns/v1/lists_service.proto",
    "tributary/campaigns/v1/plans_service.proto",
    "tributary/campaigns/v1/referrals_service.proto",
    "tributary/campaigns/v1/surveys_service.proto",
    "tributary/campaigns/v1/tasks_service.proto",
    "tributary/contracts/v1/churn_service.proto",
    "tributary/contracts/v1/contracts_service.proto",
    "tributary/contracts/v1/events.proto",
    "tributary/contracts/v1/growth_service.proto",
    "tributary/contracts/v1/payments_service.proto",
    "tributary/customers/v1/cases_service.proto",
    "tributary/customers/v1/customers_service.proto",
    "tributary/customers/v1/erasure_service.proto",
    "tributary/customers/v1/events.proto",
    "tributary/customers/v1/timeline_service.proto",
    "tributary/deals/v1/deals_service.proto",
    "tributary/deals/v1/events.proto",
    "tributary/deals/v1/forecast_service.proto",
    "tributary/deals/v1/offers_service.proto",
    "tributary/gateway/v1/events.proto",
    "tributary/gateway/v1/gateway_service.proto",
    "tributary/intake/v1/events.proto",
    "tributary/intake/v1/identity_service.proto",
    "tributary/intake/v1/intake_service.proto",
    "tributary/notifications/v1/events.proto",
    "tributary/notifications/v1/notifications_service.proto",
    "tributary/type/v1/access.proto",
    "tributary/type/v1/contact.proto",
    "tributary/type/v1/download.proto",
    "tributary/type/v1/money.proto",
    "tributary/type/v1/personal.proto",
];

fn main() -> Result<()> {
    println!("cargo:rerun-if-changed=tributary");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new(["."])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(FILES)?;
    let bytes = compiler.encode_file_descriptor_set();
    let pool = DescriptorPool::decode(bytes.as_slice())?;
    fs::write(out.join("descriptor_set.bin"), &bytes)?;
    let tables = tables(&pool)? + &personal(&pool)?;
    fs::write(out.join("tables.rs"), tables)?;

    let set = prost_types::FileDescriptorSet::decode(bytes.as_slice())?;
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .compile_fds_with_config(set, config)
        .context("generate code")?;
    Ok(())
}

/// `POLICY` and `HTTP_ROUTES`, sorted by method.
fn tables(pool: &DescriptorPool) -> Result<String> {
    let allow = pool
        .get_extension_by_name("tributary.type.v1.allow")
        .context("allow")?;
    let http = pool
        .get_extension_by_name("tributary.type.v1.http")
        .context("http")?;
    let mut policy = String::from("pub const POLICY: &[(&str, &[&str])] = &[\n");
    let mut routes = String::from("pub const HTTP_ROUTES: &[HttpRoute] = &[\n");
    let mut methods: Vec<MethodDescriptor> = pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .collect();
    methods.sort_by_key(|method| method.full_name().to_owned());
    for method in methods {
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        let options = method.options();
        let callers = callers(&options.get_extension(&allow), allow.kind())
            .with_context(|| format!("{path} needs `option (tributary.type.v1.allow)`"))?;
        writeln!(policy, "    ({path:?}, &{callers:?}),")?;
        if options.has_extension(&http) {
            let route = options.get_extension(&http);
            let route = route.as_message().context("http option")?;
            writeln!(
                routes,
                "    HttpRoute {{ method: {:?}, path: {:?}, rpc: {path:?} }},",
                text(route, "method")?,
                text(route, "path")?
            )?;
        }
    }
    Ok(format!("{policy}];\n\n{routes}];\n"))
}

/// `PERSONAL`, sorted by event.
fn personal(pool: &DescriptorPool) -> Result<String> {
    let option = pool
        .get_extension_by_name("tributary.type.v1.personal")
        .context("personal")?;
    let mut events: Vec<MessageDescriptor> = pool
        .files()
        .filter(|file| file.name().ends_with("/events.proto"))
        .flat_map(|file| file.messages().collect::<Vec<_>>())
        .collect();
    events.sort_by_key(|event| event.full_name().to_owned());
    let mut table = String::from("pub const PERSONAL: &[(&str, &[u32], &[&[u32]])] = &[\n");
    for event in events {
        let mut paths = Vec::new();
        personal_fields(&event, &option, &mut Vec::new(), &mut paths);
        if paths.is_empty() {
            continue;
        }
        let whose = event.fields().filter(|field| {
            field.name().ends_with("_id") && !field.is_list() && field.kind() == Kind::String
        });
        let whose: Vec<u32> = whose.map(|field| field.number()).collect();
        let paths: Vec<String> = paths.iter().map(|path| format!("&{path:?}")).collect();
        let (name, paths) = (event.full_name(), paths.join(", "));
        writeln!(table, "    ({name:?}, &{whose:?}, &[{paths}]),")?;
    }
    Ok(table + "];\n")
}

/// Numbers of the fields on the way to each personal one.
fn personal_fields(
    message: &MessageDescriptor,
    option: &ExtensionDescriptor,
    way: &mut Vec<u32>,
    paths: &mut Vec<Vec<u32>>,
) {
    for field in message.fields() {
        way.push(field.number());
        if field.options().get_extension(option).as_bool() == Some(true) {
            paths.push(way.clone());
        } else if let Kind::Message(inner) = field.kind()
            && inner.full_name().starts_with("tributary.")
        {
            personal_fields(&inner, option, way, paths);
        }
        way.pop();
    }
}

fn callers(value: &Value, kind: prost_reflect::Kind) -> Result<Vec<String>> {
    let prost_reflect::Kind::Enum(callers) = kind else {
        bail!("allow is not an enum")
    };
    let mut names = Vec::new();
    for number in value.as_list().context("allow is not a list")? {
        let number = number.as_enum_number().context("not a caller")?;
        let caller = callers.get_value(number).context("unknown caller")?;
        names.push(caller.name().trim_start_matches("CALLER_").to_lowercase());
    }
    if names.is_empty() || names.iter().any(|name| name == "unspecified") {
        bail!("no caller is admitted");
    }
    Ok(names)
}

fn text(message: &DynamicMessage, field: &str) -> Result<String> {
    let value = message.get_field_by_name(field).context("missing field")?;
    Ok(value.as_str().context("not a string")?.to_owned())
}
