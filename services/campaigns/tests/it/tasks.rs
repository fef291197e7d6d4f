//! Tasks and messages to staff.

use ids::{StaffId, TaskId};
use proto::{
    campaigns::v1::{self as pb, TaskRecorded, tasks_service_client::TasksServiceClient},
    convert::timestamp,
};
use rpc::{Channel, Code};
use tonic::Status;

use crate::fixture::{Desk, desks, refused, staff, wrong};

fn client(desk: &Desk) -> TasksServiceClient<Channel> {
    TasksServiceClient::new(desk.channel())
}

fn task(title: &str, responsible: &str) -> pb::CampaignTask {
    pb::CampaignTask {
        task_id: TaskId::generate().to_string(),
        title: title.to_owned(),
        responsible_id: responsible.to_owned(),
        due_at: Some(timestamp("2026-11-23T10:00:00Z".parse().unwrap())),
        ..pb::CampaignTask::default()
    }
}

async fn give(
    desk: &Desk,
    campaign: &str,
    task: &pb::CampaignTask,
) -> Result<pb::CampaignTask, Status> {
    let request = pb::GiveTaskRequest {
        campaign_id: campaign.to_owned(),
        task: Some(task.clone()),
    };
    let given = client(desk).give_task(request).await;
    given.map(|it| it.into_inner().task.unwrap())
}

async fn change(desk: &Desk, task: &pb::CampaignTask) -> Result<pb::CampaignTask, Status> {
    let request = pb::ChangeTaskRequest {
        task_id: task.task_id.clone(),
        task: Some(task.clone()),
    };
    let changed = client(desk).change_task(request).await;
    changed.map(|it| it.into_inner().task.unwrap())
}

async fn complete(desk: &Desk, id: &str) -> Result<pb::CampaignTask, Status> {
    let request = pb::CompleteTaskRequest {
        task_id: id.to_owned(),
        report: "all reached".to_owned(),
    };
    let done = client(desk).complete_task(request).await;
    done.map(|it| it.into_inner().task.unwrap())
}

async fn list(desk: &Desk, request: pb::ListTasksRequest) -> Vec<String> {
    let listed = client(desk).list_tasks(request).await.unwrap();
    let tasks = listed.into_inner().tasks.into_iter();
    tasks.map(|it| it.title).collect()
}

#[tokio::test]
async fn a_task_is_given_changed_and_done_and_each_is_told_once() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let agent = StaffId::generate().to_string();
        let asked = task("call everybody", &agent);
        let given = give(&desk, &id, &asked).await.unwrap();
        assert_eq!(give(&desk, &id, &asked).await.unwrap(), given);
        assert_eq!((given.revision, &given.given_by), (1, &staff().to_string()));
        let asked = pb::CampaignTask {
            title: "call half of them".to_owned(),
            ..given.clone()
        };
        let changed = change(&desk, &asked).await.unwrap();
        assert_eq!(changed.revision, 2, "{}", desk.label);
        let same = pb::CampaignTask {
            revision: 2,
            ..asked.clone()
        };
        assert_eq!(change(&desk, &same).await.unwrap(), changed);
        refused(
            change(&desk, &asked).await,
            Code::Aborted,
            "CHANGED_MEANWHILE",
        );
        let done = complete(&desk, &given.task_id).await.unwrap();
        assert_eq!(complete(&desk, &given.task_id).await.unwrap(), done);
        assert_eq!(
            (done.report.as_str(), &done.done_by),
            ("all reached", &staff().to_string())
        );
        let late = pb::CampaignTask {
            title: "call nobody".to_owned(),
            revision: 0,
            ..asked
        };
        refused(
            change(&desk, &late).await,
            Code::FailedPrecondition,
            "TASK_DONE",
        );
        let reopened = pb::ReopenTaskRequest {
            task_id: given.task_id.clone(),
        };
        let reopened = client(&desk).reopen_task(reopened).await.unwrap();
        assert_eq!(reopened.into_inner().task.unwrap().done_at, None);
        let told = desk.announced::<TaskRecorded>().await;
        let told: Vec<(i64, &str, bool)> = told
            .iter()
            .map(|(revision, it)| (*revision, it.title.as_str(), it.done_at.is_some()))
            .collect();
        let expected = [
            (1, "call everybody", false),
            (2, "call half of them", false),
            (3, "call half of them", true),
            (4, "call half of them", false),
        ];
        assert_eq!(told, expected, "{}", desk.label);
        let (_, first) = desk.announced::<TaskRecorded>().await.remove(0);
        assert_eq!(
            (first.campaign, first.responsible_id),
            ("Fair".to_owned(), agent)
        );
    }
}

#[tokio::test]
async fn tasks_are_listed_by_campaign_and_responsible() {
    for desk in desks().await {
        let fair = desk.create("Fair").await.campaign_id;
        let other = desk.create("Other").await.campaign_id;
        let agent = StaffId::generate().to_string();
        for (campaign, title, responsible) in [
            (&fair, "first", agent.as_str()),
            (&fair, "second", ""),
            (&other, "third", agent.as_str()),
        ] {
            give(&desk, campaign, &task(title, responsible))
                .await
                .unwrap();
        }
        let done = give(&desk, &fair, &task("done", &agent)).await.unwrap();
        complete(&desk, &done.task_id).await.unwrap();
        let all = pb::ListTasksRequest::default();
        let of_fair = pb::ListTasksRequest {
            campaign_id: fair.clone(),
            ..all.clone()
        };
        let of_agent = pb::ListTasksRequest {
            responsible_id: agent.clone(),
            include_done: true,
            ..all.clone()
        };
        let of_me = pb::ListTasksRequest {
            responsible_id: staff().to_string(),
            ..all.clone()
        };
        for (request, expected) in [
            (all, vec!["third", "second", "first"]),
            (of_fair, vec!["second", "first"]),
            (of_agent, vec!["done", "third", "first"]),
            (of_me, vec!["second"]),
        ] {
            assert_eq!(list(&desk, request).await, expected, "{}", desk.label);
        }
    }
}

#[tokio::test]
async fn a_task_that_cannot_be_is_refused() {
    for desk in desks().await {
        let fair = desk.create("Fair").await.campaign_id;
        let other = desk.create("Other").await.campaign_id;
        let asked = task("call", "");
        give(&desk, &fair, &asked).await.unwrap();
        refused(
            give(&desk, &other, &asked).await,
            Code::AlreadyExists,
            "ID_TAKEN",
        );
        let due = pb::CampaignTask {
            message: true,
            ..task("read this", "")
        };
        refused(
            give(&desk, &fair, &due).await,
            Code::InvalidArgument,
            "MESSAGE_NOT_DUE",
        );
        let unknown = complete(&desk, &TaskId::generate().to_string()).await;
        refused(unknown, Code::NotFound, "TASK_NOT_FOUND");
        let unread = pb::GetTaskRequest {
            task_id: TaskId::generate().to_string(),
        };
        let unread = client(&desk).get_task(unread).await;
        refused(unread, Code::NotFound, "TASK_NOT_FOUND");
        let nameless = pb::CampaignTask {
            responsible_id: "x".to_owned(),
            ..pb::CampaignTask::default()
        };
        let fields = wrong(give(&desk, &fair, &nameless).await);
        assert_eq!(
            fields,
            ["task.title", "task.responsible_id"],
            "{}",
            desk.label
        );
    }
}
