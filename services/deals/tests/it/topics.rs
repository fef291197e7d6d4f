use ids::TopicId;
use proto::deals::v1::{
    CreateTopicRequest, Deal, ListTopicsRequest, LoseDealRequest, Stage, Topic, UpdateTopicRequest,
};
use tonic::Status;

use crate::world::{World, reason, violations, worlds};

async fn create(world: &World, topic: Topic) -> Result<Topic, Status> {
    let request = CreateTopicRequest { topic: Some(topic) };
    Ok(world
        .client
        .clone()
        .create_topic(request)
        .await?
        .into_inner()
        .topic
        .unwrap())
}

async fn update(world: &World, topic: &Topic) -> Result<Topic, Status> {
    let topic_id = topic.topic_id.clone();
    let request = UpdateTopicRequest {
        topic_id,
        topic: Some(topic.clone()),
    };
    Ok(world
        .client
        .clone()
        .update_topic(request)
        .await?
        .into_inner()
        .topic
        .unwrap())
}

fn stage(code: &str, gate: &[&str]) -> Stage {
    Stage {
        code: code.to_owned(),
        name: code.to_uppercase(),
        probability_percent: 50,
        limit_days: 7,
        gate: gate.iter().map(|&wanted| wanted.to_owned()).collect(),
    }
}

fn training() -> Topic {
    Topic {
        topic_id: TopicId::generate().to_string(),
        code: "training".to_owned(),
        name: "Training".to_owned(),
        stages: vec![
            stage("ask", &[]),
            stage("course", &["amount", "activity:offer"]),
        ],
        ..Topic::default()
    }
}

#[tokio::test]
async fn creating_a_topic_twice_returns_the_first() {
    for world in worlds().await {
        let topic = training();
        let created = create(&world, topic.clone()).await.unwrap();
        assert_eq!(
            created,
            Topic {
                revision: 1,
                ..topic
            }
        );
        let other = Topic {
            name: "Other".to_owned(),
            ..created.clone()
        };
        assert_eq!(
            create(&world, other).await.unwrap(),
            created,
            "{}",
            world.label
        );
        assert_eq!(world.topic(&created.topic_id).await, created);

        let same_code = Topic {
            topic_id: String::new(),
            ..created
        };
        assert_eq!(reason(create(&world, same_code).await), "TOPIC_CODE_TAKEN");
    }
}

#[tokio::test]
async fn one_topic_is_the_default() {
    for world in worlds().await {
        let general = world.open("Desks").await.topic_id;
        let default = Topic {
            is_default: true,
            ..training()
        };
        let created = create(&world, default).await.unwrap();
        assert_eq!(
            world.open("Course").await.topic_id,
            created.topic_id,
            "{}",
            world.label
        );
        assert!(!world.topic(&general).await.is_default);

        let without = Topic {
            is_default: false,
            revision: 0,
            ..created.clone()
        };
        assert_eq!(
            reason(update(&world, &without).await),
            "DEFAULT_TOPIC_NEEDED"
        );
        let back = Topic {
            is_default: true,
            revision: 0,
            ..world.topic(&general).await
        };
        update(&world, &back).await.unwrap();
        assert!(!world.topic(&created.topic_id).await.is_default);
    }
}

#[tokio::test]
async fn a_topic_is_replaced_as_a_whole() {
    for world in worlds().await {
        let created = create(&world, training()).await.unwrap();
        let changed = Topic {
            name: "Courses".to_owned(),
            stages: vec![stage("talk", &[]), stage("ask", &["person"])],
            ..created.clone()
        };
        let updated = update(&world, &changed).await.unwrap();
        assert_eq!(
            updated,
            Topic {
                revision: 2,
                ..changed.clone()
            }
        );
        assert_eq!(
            world.topic(&created.topic_id).await,
            updated,
            "{}",
            world.label
        );
        assert_eq!(reason(update(&world, &changed).await), "REVISION_CONFLICT");
        assert_eq!(
            update(&world, &updated).await.unwrap(),
            updated,
            "a repeat changes nothing"
        );
    }
}

#[tokio::test]
async fn a_stage_with_deals_stays() {
    for world in worlds().await {
        let created = create(&world, training()).await.unwrap();
        let deal = Deal {
            title: "Course".to_owned(),
            topic_id: created.topic_id.clone(),
            ..Deal::default()
        };
        let deal = world.open_deal(deal).await.unwrap();
        let without = Topic {
            stages: vec![stage("course", &[])],
            ..created.clone()
        };
        assert_eq!(
            reason(update(&world, &without).await),
            "STAGE_IN_USE",
            "{}",
            world.label
        );
        let lost = LoseDealRequest {
            deal_id: deal.deal_id,
            reason: "price".to_owned(),
            note: String::new(),
        };
        world.client.clone().lose_deal(lost).await.unwrap();
        assert_eq!(reason(update(&world, &without).await), "STAGE_IN_USE");
        assert_eq!(world.topic(&created.topic_id).await, created);
    }
}

#[tokio::test]
async fn stages_that_make_no_way_are_refused() {
    for world in worlds().await {
        let with = |stages: Vec<Stage>| Topic {
            stages,
            ..training()
        };
        for (stages, field) in [
            (vec![], "topic.stages"),
            (vec![stage("a", &[]), stage("a", &[])], "topic.stages"),
            (vec![stage("a", &["amount"])], "topic.stages"),
            (vec![stage("A", &[])], "topic.stages[0].code"),
            (
                vec![stage("a", &[]), stage("b", &["luck"])],
                "topic.stages[1].gate",
            ),
            (
                vec![Stage {
                    probability_percent: 101,
                    ..stage("a", &[])
                }],
                "topic.stages[0].probability_percent",
            ),
        ] {
            let found = violations(create(&world, with(stages)).await);
            assert_eq!(found.len(), 1, "{}: {found:?}", world.label);
            assert_eq!(found[0].0, field);
        }
        let nowhere = Topic {
            revision: 0,
            ..training()
        };
        assert_eq!(reason(update(&world, &nowhere).await), "TOPIC_NOT_FOUND");
    }
}

#[tokio::test]
async fn topics_are_listed_by_name_in_pages() {
    for world in worlds().await {
        for (code, name) in [("b", "Bricks"), ("a", "Asphalt"), ("z", "Zinc")] {
            let topic = Topic {
                topic_id: String::new(),
                code: code.to_owned(),
                name: name.to_owned(),
                ..training()
            };
            create(&world, topic).await.unwrap();
        }
        let mut names = Vec::new();
        let mut request = ListTopicsRequest {
            page_size: 2,
            ..ListTopicsRequest::default()
        };
        loop {
            let page = world
                .client
                .clone()
                .list_topics(request.clone())
                .await
                .unwrap()
                .into_inner();
            names.extend(page.topics.into_iter().map(|topic| topic.name));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(
            names,
            ["Asphalt", "Bricks", "General", "Zinc"],
            "{}",
            world.label
        );
    }
}
