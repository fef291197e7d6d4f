//! The OpenAPI document, from the contracts: routes, comments, messages and the policy.

mod doors;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use prost_reflect::{EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::download;
use super::routes::{Route, Routes};
use crate::edge::contracts::Contracts;

const RECEIPT: &str = "tributary.intake.v1.Receipt";

/// The document.
pub(in crate::edge) fn document(contracts: &Contracts, routes: &Routes) -> Value {
    let comments = Comments::read(contracts);
    let mut schemas = Schemas {
        comments: &comments,
        done: BTreeMap::new(),
    };
    let mut paths = Map::new();
    for route in routes.all() {
        let operation = operation(route, &mut schemas);
        let method = route.method.as_str().to_ascii_lowercase();
        let path = paths.entry(route.template).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(method, operation);
        }
    }
    if let Some(receipt) = contracts.pool.get_message_by_name(RECEIPT) {
        paths.extend(doors::paths(&schemas.reference(&receipt)));
    }
    schemas.done.insert("Error".to_owned(), error_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tributary",
            "version": "v1",
            "description": "The REST face of the methods; the JSON is the mapping of proto3. \
                Names may also be written as in the contracts (`lead_id` for `leadId`).",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.done,
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "A session token from POST /v1/sign-in, or the API key of a partner.",
            }},
        },
    })
}

fn operation(route: &Route, schemas: &mut Schemas<'_>) -> Value {
    let method = &route.descriptor;
    let comment = schemas.comments.of(&method.parent_file(), method.path());
    let callers = callers(route.rpc);
    let anyone = callers.contains(&"anyone");
    let mut operation = json!({
        "operationId": format!("{}_{}", route.service, method.name()),
        "tags": [route.service],
        "summary": comment.split(". ").next().unwrap_or_default().trim_end_matches('.'),
        "description": comment,
        "x-allow": callers,
        "parameters": parameters(route, schemas),
        "responses": {
            "200": {
                "description": "Done.",
                "content": answered(route, schemas),
            },
            "default": {
                "description": "Refused; `reason` says why and may be matched on.",
                "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                }},
            },
        },
        "security": if anyone { json!([]) } else { json!([{ "bearer": [] }]) },
    });
    if route.has_body()
        && let Some(operation) = operation.as_object_mut()
    {
        let schema = schemas.reference(&route.input);
        let body = json!({
            "required": true,
            "content": { "application/json": { "schema": schema } },
        });
        operation.insert("requestBody".to_owned(), body);
    }
    operation
}

/// What is answered: JSON, or the file that the answer holds.
fn answered(route: &Route, schemas: &mut Schemas<'_>) -> Value {
    if download::field(&route.output).is_some() {
        return json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } });
    }
    json!({ "application/json": { "schema": schemas.reference(&route.output) } })
}

fn parameters(route: &Route, schemas: &mut Schemas<'_>) -> Vec<Value> {
    let mut parameters = Vec::new();
    for parameter in &route.parameters {
        let Some(field) = parameter.path.last() else {
            continue;
        };
        let mut value = schemas.parameter(field, "path");
        if let Some(value) = value.as_object_mut() {
            // In the path a field has the name that the path gives it.
            value.insert("name".to_owned(), parameter.name.into());
            value.insert("required".to_owned(), true.into());
        }
        parameters.push(value);
    }
    if !route.has_body() {
        let in_path: BTreeSet<&str> = route.parameters.iter().map(|it| it.name).collect();
        let fields = route
            .input
            .fields()
            .filter(|field| !in_path.contains(field.name()));
        parameters.extend(fields.map(|field| schemas.parameter(&field, "query")));
    }
    parameters
}

fn callers(rpc: &str) -> Vec<&'static str> {
    let row = proto::POLICY.iter().find(|(method, _)| *method == rpc);
    row.map(|(_, callers)| callers.to_vec()).unwrap_or_default()
}

/// The schemas of messages and enums met so far, by name.
struct Schemas<'a> {
    comments: &'a Comments,
    done: BTreeMap<String, Value>,
}

impl Schemas<'_> {
    fn parameter(&mut self, field: &FieldDescriptor, place: &str) -> Value {
        json!({
            "name": field.json_name(),
            "in": place,
            "required": false,
            "description": self.comments.of(&field.parent_message().parent_file(), field.path()),
            "schema": self.field(field),
        })
    }

    fn reference(&mut self, message: &MessageDescriptor) -> Value {
        let name = name(message.full_name());
        if !self.done.contains_key(&name) {
            // Noted first, so that a message that holds itself ends.
            self.done.insert(name.clone(), Value::Null);
            let schema = self.message(message);
            self.done.insert(name.clone(), schema);
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    fn message(&mut self, message: &MessageDescriptor) -> Value {
        let mut properties = Map::new();
        for field in message.fields() {
            let comment = self.comments.of(&message.parent_file(), field.path());
            let mut schema = self.field(&field);
            if let Some(schema) = schema.as_object_mut()
                && !comment.is_empty()
            {
                schema.insert("description".to_owned(), comment.into());
            }
            properties.insert(field.json_name().to_owned(), schema);
        }
        json!({
            "type": "object",
            "description": self.comments.of(&message.parent_file(), message.path()),
            "properties": properties,
            "additionalProperties": false,
        })
    }

    fn field(&mut self, field: &FieldDescriptor) -> Value {
        if field.is_map() {
            let kind = field.kind();
            let value = kind
                .as_message()
                .map(MessageDescriptor::map_entry_value_field);
            let value = value.map_or_else(|| json!({}), |value| self.kind(&value.kind()));
            return json!({ "type": "object", "additionalProperties": value });
        }
        let one = self.kind(&field.kind());
        if field.is_list() {
            json!({ "type": "array", "items": one })
        } else {
            one
        }
    }

    fn kind(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Double | Kind::Float => json!({ "type": "number" }),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 | Kind::Uint32 | Kind::Fixed32 => {
                json!({ "type": "integer", "format": "int32" })
            }
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 | Kind::Uint64 | Kind::Fixed64 => {
                json!({ "type": "string", "format": "int64" })
            }
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::String => json!({ "type": "string" }),
            Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Kind::Enum(kind) => self.enumeration(kind),
            Kind::Message(message) => match message.full_name() {
                "google.protobuf.Timestamp" => json!({ "type": "string", "format": "date-time" }),
                "google.protobuf.Duration" => json!({ "type": "string" }),
                _ => self.reference(message),
            },
        }
    }

    fn enumeration(&mut self, kind: &EnumDescriptor) -> Value {
        let name = name(kind.full_name());
        if !self.done.contains_key(&name) {
            let file = kind.parent_file();
            let values: Vec<String> = kind.values().map(|it| it.name().to_owned()).collect();
            let lines = kind
                .values()
                .map(|it| format!("- `{}`: {}", it.name(), self.comments.of(&file, it.path())));
            let mut text = self.comments.of(&file, kind.path());
            for line in lines {
                text.push('\n');
                text.push_str(&line);
            }
            let schema = json!({ "type": "string", "enum": values, "description": text });
            self.done.insert(name.clone(), schema);
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }
}

/// `tributary.intake.v1.LeadCard` as `intake.LeadCard`.
fn name(full: &str) -> String {
    full.trim_start_matches("tributary.")
        .replacen(".v1.", ".", 1)
}

fn error_schema() -> Value {
    let text = || json!({ "type": "string" });
    json!({
        "type": "object",
        "description": "Why a request was refused.",
        "properties": { "error": {
            "type": "object",
            "properties": {
                "code": { "type": "integer", "description": "The HTTP status." },
                "status": { "type": "string", "description": "The gRPC code, e.g. NOT_FOUND." },
                "reason": { "type": "string", "description": "Stable name, e.g. LEAD_NOT_FOUND." },
                "message": text(),
                "details": { "type": "array", "items": { "type": "object" } },
                "traceId": text(),
            },
            "required": ["code", "status", "reason", "message", "details", "traceId"],
        }},
        "required": ["error"],
    })
}

/// The comments of all files, by file and path.
struct Comments(HashMap<(String, Vec<i32>), String>);

impl Comments {
    fn read(contracts: &Contracts) -> Self {
        let mut comments = HashMap::new();
        for file in contracts.pool.files() {
            let info = file.file_descriptor_proto().source_code_info.as_ref();
            for location in info
                .map(|info| info.location.as_slice())
                .unwrap_or_default()
            {
                let text = location.leading_comments();
                if !text.is_empty() {
                    let lines: Vec<&str> = text.lines().map(str::trim).collect();
                    let key = (file.name().to_owned(), location.path.clone());
                    comments.insert(key, lines.join(" ").trim().to_owned());
                }
            }
        }
        Self(comments)
    }

    fn of(&self, file: &FileDescriptor, path: &[i32]) -> String {
        self.0
            .get(&(file.name().to_owned(), path.to_vec()))
            .cloned()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built() -> Value {
        let contracts = Contracts::try_new().unwrap();
        document(&contracts, &Routes::try_new(&contracts).unwrap())
    }

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    match value.as_str().filter(|_| key == "$ref") {
                        Some(reference) => found.push(reference.to_owned()),
                        None => references(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_route_has_an_operation_with_its_parameters() {
        let document = built();
        let mut ids = BTreeSet::new();
        for route in proto::HTTP_ROUTES {
            let method = route.method.to_ascii_lowercase();
            let operation = &document["paths"][route.path][&method];
            let id = operation["operationId"].as_str();
            assert!(ids.insert(id.unwrap_or_else(|| panic!("{} is missing", route.path))));
            assert!(
                !operation["summary"].as_str().unwrap().is_empty(),
                "{}",
                route.path
            );
            let in_path = operation["parameters"].as_array().unwrap().iter();
            let in_path = in_path.filter(|it| it["in"] == "path").inspect(|it| {
                assert_eq!(it["required"], true);
                let name = it["name"].as_str().unwrap();
                assert!(
                    route.path.contains(&format!("{{{name}}}")),
                    "{}: {name}",
                    route.path
                );
            });
            assert_eq!(
                in_path.count(),
                route.path.matches('{').count(),
                "{}",
                route.path
            );
        }
    }

    #[test]
    fn every_reference_leads_to_a_schema() {
        let document = built();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 100, "{}", found.len());
        assert!(
            document
                .pointer("/paths/~1doors~1form~1{key}/post/responses/201")
                .is_some()
        );
        for reference in found {
            let pointer = reference.trim_start_matches('#');
            let schema = document.pointer(pointer);
            assert!(schema.is_some_and(Value::is_object), "{reference}");
        }
    }

    #[test]
    fn only_what_anyone_may_call_needs_no_credentials() {
        let document = built();
        for route in proto::HTTP_ROUTES {
            let method = route.method.to_ascii_lowercase();
            let operation = &document["paths"][route.path][&method];
            let open = callers(route.rpc).contains(&"anyone");
            assert_eq!(operation["security"].as_array().unwrap().is_empty(), open);
            assert_eq!(operation["x-allow"], json!(callers(route.rpc)));
        }
    }
}
