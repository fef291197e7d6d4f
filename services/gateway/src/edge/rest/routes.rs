//! The table of REST routes, from the contracts.

use axum::http::Method;
use percent_encoding::percent_decode_str;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};
use service::StartError;

use crate::edge::contracts::Contracts;

/// All routes.
pub(in crate::edge) struct Routes(Vec<Route>);

/// The route of one method.
pub(in crate::edge) struct Route {
    pub(in crate::edge) method: Method,
    /// As the contract writes it: `/v1/leads/{lead_id}:assign`.
    pub(in crate::edge) template: &'static str,
    pub(in crate::edge) rpc: &'static str,
    pub(in crate::edge) service: &'static str,
    pub(in crate::edge) descriptor: MethodDescriptor,
    pub(in crate::edge) input: MessageDescriptor,
    pub(in crate::edge) output: MessageDescriptor,
    /// The fields named in the path, in their order.
    pub(in crate::edge) parameters: Vec<Parameter>,
    segments: Vec<Segment>,
}

/// A field of the request that stands in the path.
pub(in crate::edge) struct Parameter {
    /// As the path names it.
    pub(in crate::edge) name: &'static str,
    /// The way to it: the field, or the one message field that has it.
    pub(in crate::edge) path: Vec<FieldDescriptor>,
}

enum Segment {
    Literal(&'static str),
    /// A parameter, with the verb behind it: `{lead_id}:assign`.
    Parameter {
        verb: Option<&'static str>,
    },
}

/// What the table says to a method and a path.
pub(in crate::edge) enum Found<'a> {
    /// The route, and the values of its parameters.
    Route(&'a Route, Vec<String>),
    /// The path is known with these methods only.
    OtherMethods(Vec<Method>),
    /// The path is not known.
    Nothing,
}

impl Routes {
    pub(in crate::edge) fn try_new(contracts: &Contracts) -> Result<Self, StartError> {
        let routes = proto::HTTP_ROUTES.iter().map(|route| {
            read(contracts, route)
                .ok_or_else(|| StartError::other("a route of the contracts is wrong", route.path))
        });
        Ok(Self(routes.collect::<Result<_, _>>()?))
    }

    pub(in crate::edge) fn all(&self) -> &[Route] {
        &self.0
    }

    pub(in crate::edge) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let mut others = Vec::new();
        for route in &self.0 {
            let Some(values) = route.values(path) else {
                continue;
            };
            if route.method == method {
                return Found::Route(route, values);
            }
            others.push(route.method.clone());
        }
        if others.is_empty() {
            Found::Nothing
        } else {
            Found::OtherMethods(others)
        }
    }
}

impl Route {
    /// Whether the request message is the body; otherwise its fields are in the query.
    pub(in crate::edge) fn has_body(&self) -> bool {
        [Method::POST, Method::PUT, Method::PATCH].contains(&self.method)
    }

    /// Whether the request message has bytes in it.
    pub(in crate::edge) fn carries_file(&self) -> bool {
        self.input.fields().any(|field| field.kind() == Kind::Bytes)
    }

    /// The values of the parameters, if the path is one of this route.
    fn values(&self, path: &str) -> Option<Vec<String>> {
        let mut values = Vec::with_capacity(self.parameters.len());
        let mut texts = path.strip_prefix('/')?.split('/');
        for segment in &self.segments {
            let text = texts.next()?;
            match segment {
                Segment::Literal(literal) if *literal == text => {}
                Segment::Literal(_) => return None,
                Segment::Parameter { verb } => {
                    let value = match verb {
                        Some(verb) => text.strip_suffix(verb)?.strip_suffix(':')?,
                        None => text,
                    };
                    values.push(decoded(value)?);
                }
            }
        }
        texts.next().is_none().then_some(values)
    }
}

/// The value of a parameter. A bare colon would be a verb that this route does not have.
fn decoded(value: &str) -> Option<String> {
    if value.is_empty() || value.contains(':') {
        return None;
    }
    Some(percent_decode_str(value).decode_utf8().ok()?.into_owned())
}

fn read(contracts: &Contracts, route: &proto::HttpRoute) -> Option<Route> {
    let method = contracts.method(route.rpc)?;
    let descriptor = method.descriptor.clone();
    let input = descriptor.input();
    let (mut segments, mut parameters) = (Vec::new(), Vec::new());
    for text in route.path.strip_prefix('/')?.split('/') {
        let Some(inner) = text.strip_prefix('{') else {
            segments.push(Segment::Literal(text));
            continue;
        };
        let (name, verb) = inner.split_once('}')?;
        let verb = match verb {
            "" => None,
            verb => Some(verb.strip_prefix(':')?),
        };
        segments.push(Segment::Parameter { verb });
        parameters.push(Parameter {
            name,
            path: way_to(&input, name)?,
        });
    }
    Some(Route {
        method: Method::from_bytes(route.method.as_bytes()).ok()?,
        template: route.path,
        rpc: route.rpc,
        service: method.service,
        output: descriptor.output(),
        input,
        descriptor,
        parameters,
        segments,
    })
}

/// The field of that name, or the one of the message that an update carries.
fn way_to(input: &MessageDescriptor, name: &str) -> Option<Vec<FieldDescriptor>> {
    if let Some(field) = input.get_field_by_name(name) {
        return Some(vec![field]);
    }
    let mut ways = input.fields().filter_map(|outer| {
        let inner = outer.kind().as_message()?.get_field_by_name(name)?;
        (!outer.is_list() && !outer.is_map()).then_some(vec![outer, inner])
    });
    let way = ways.next()?;
    ways.next().is_none().then_some(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &Method, path: &str, expected: &str) {
        let contracts = Contracts::try_new().unwrap();
        let routes = Routes::try_new(&contracts).unwrap();
        let found = match routes.find(method, path) {
            Found::Route(route, values) => {
                format!(
                    "{} {}",
                    route.rpc.rsplit('/').next().unwrap(),
                    values.join(" ")
                )
            }
            Found::OtherMethods(methods) => format!("only {methods:?}"),
            Found::Nothing => "nothing".to_owned(),
        };
        assert_eq!(found.trim(), expected, "{method} {path}");
    }

    #[test]
    fn paths_lead_to_methods_with_their_parameters() {
        check(&Method::GET, "/v1/leads/lead_1", "GetLead lead_1");
        check(&Method::PATCH, "/v1/leads/lead_1", "UpdateLead lead_1");
        check(
            &Method::POST,
            "/v1/leads/lead_1:assign",
            "AssignLead lead_1",
        );
        check(&Method::POST, "/v1/leads:submit", "SubmitLead");
        check(&Method::GET, "/v1/leads/a%2Fb%3Ac", "GetLead a/b:c");
        check(
            &Method::DELETE,
            "/v1/partners/part_1/keys/akey_1",
            "RevokeApiKey part_1 akey_1",
        );
        check(&Method::PATCH, "/v1/doors/door_1", "UpdateDoor door_1");
    }

    #[test]
    fn what_is_not_a_route_is_not_found() {
        check(&Method::GET, "/v1/leads/", "nothing");
        check(&Method::GET, "/v1/leads/a/b", "nothing");
        check(&Method::POST, "/v1/leads/lead_1:unknown", "nothing");
        check(&Method::POST, "/v1/leads/:assign", "nothing");
        check(&Method::GET, "/v1/leads/%ff", "nothing");
        check(&Method::GET, "/v1", "nothing");
        check(&Method::DELETE, "/v1/leads/lead_1", "only [GET, PATCH]");
        check(&Method::GET, "/v1/leads/lead_1:assign", "only [POST]");
    }

    #[test]
    fn every_route_of_the_contracts_can_be_taken() {
        let contracts = Contracts::try_new().unwrap();
        let routes = Routes::try_new(&contracts).unwrap();
        assert_eq!(routes.all().len(), proto::HTTP_ROUTES.len());
        for route in routes.all() {
            let mut path = route.template.to_owned();
            for parameter in &route.parameters {
                path = path.replace(&format!("{{{}}}", parameter.name), "x");
            }
            match routes.find(&route.method, &path) {
                Found::Route(found, _) => assert_eq!(found.rpc, route.rpc, "{path}"),
                _ => panic!("{path} is not found"),
            }
        }
    }
}
