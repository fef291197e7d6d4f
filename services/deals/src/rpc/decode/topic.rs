//! Topics.

use ids::TopicId;
use proto::deals::v1 as asked;
use rpc::decode::{Fields, Invalid};

use super::fields::MAX_NAME;
use crate::domain::code::Code;
use crate::domain::topic::{Percent, Stage, Stages, Topic};

/// Days that a stage may at most take.
const MAX_LIMIT_DAYS: i32 = 3_650;

/// A topic to be created, under the caller's id or one of ours.
pub fn new_topic(topic: Option<&asked::Topic>) -> Result<Topic, Invalid> {
    read(topic, |fields, topic| {
        let id = fields.parse_optional("topic_id", &topic.topic_id)?;
        Some((id.unwrap_or_else(TopicId::generate), 1))
    })
}

/// A topic to replace the one of this id.
pub fn topic(id: &str, topic: Option<&asked::Topic>) -> Result<Topic, Invalid> {
    let id = super::id("topic_id", id)?;
    read(topic, |fields, topic| {
        let revision = fields.within("revision", topic.revision, &(0..=i64::MAX))?;
        Some((id, revision))
    })
}

fn read(
    topic: Option<&asked::Topic>,
    identified: impl FnOnce(&mut Fields, &asked::Topic) -> Option<(TopicId, i64)>,
) -> Result<Topic, Invalid> {
    let mut fields = Fields::new();
    let topic = fields.require("topic", topic);
    let topic = topic.and_then(|topic| {
        fields.nested("topic", |fields| {
            let identity = identified(fields, topic);
            let code = fields.read("code", Code::try_new(&topic.code));
            let name = fields.text("name", &topic.name, MAX_NAME);
            let stages = stages(fields, &topic.stages);
            let (id, revision) = identity?;
            Some(Topic {
                id,
                revision,
                code: code?,
                name: name?,
                stages: stages?,
                is_default: topic.is_default,
            })
        })
    });
    fields.finish(|| topic)
}

fn stages(fields: &mut Fields, stages: &[asked::Stage]) -> Option<Stages> {
    let stages: Vec<Option<Stage>> = (0..)
        .zip(stages)
        .map(|(index, one): (usize, _)| {
            fields.nested(&format!("stages[{index}]"), |fields| stage(fields, one))
        })
        .collect();
    let stages = stages.into_iter().collect::<Option<Vec<Stage>>>()?;
    fields.read("stages", Stages::try_new(stages))
}

fn stage(fields: &mut Fields, stage: &asked::Stage) -> Option<Stage> {
    let code = fields.read("code", Code::try_new(&stage.code));
    let name = fields.text("name", &stage.name, MAX_NAME);
    let chance = Percent::try_new(stage.probability_percent).ok_or("is not between 0 and 100");
    let probability = fields.read("probability_percent", chance);
    let limit_days = fields.within("limit_days", stage.limit_days, &(0..=MAX_LIMIT_DAYS));
    let gate: Vec<_> = stage
        .gate
        .iter()
        .map(|wanted| fields.parse("gate", wanted))
        .collect();
    Some(Stage {
        code: code?,
        name: name?,
        probability: probability?,
        limit_days: u16::try_from(limit_days?).ok().filter(|days| *days > 0),
        gate: gate.into_iter().collect::<Option<_>>()?,
    })
}
