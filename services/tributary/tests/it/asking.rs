//! Commands that ask a running platform: `explain`, `reviews`, `scan`.

use std::{fs, path::Path};

use proto::{
    gateway::v1::{SignInRequest, gateway_service_client::GatewayServiceClient},
    intake::v1::{
        CreateLeadRequest, LeadInput, Receipt, Verdict, intake_service_client::IntakeServiceClient,
    },
};
use rpc::Channel;
use serde_json::Value;
use tempfile::TempDir;
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
};

use crate::program::{Dev, ended, run, tributary};

/// A platform that is up, with its administrator.
pub(crate) struct Platform {
    folder: TempDir,
    pub(crate) dev: Dev,
    server: String,
    password: String,
}

impl Platform {
    pub(crate) fn start() -> Self {
        Self::start_with(&["--ephemeral"])
    }

    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let dev = Dev::start(folder.path(), arguments);
        let (server, rest) = dev.row("Home").split_once(' ').unwrap();
        let password = rest.split(" / ").nth(1).unwrap();
        let password = password.split(' ').next().unwrap();
        let (server, password) = (server.to_owned(), password.to_owned());
        Self {
            folder,
            dev,
            server,
            password,
        }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = tributary(self.folder.path(), arguments);
        command
            .env("TRIBUTARY_SERVER", &self.server)
            .env("TRIBUTARY_PASSWORD", &self.password);
        ended(&command.output().unwrap())
    }

    /// What a command that succeeds says.
    #[track_caller]
    pub(crate) fn say(&self, arguments: &[&str]) -> String {
        let (code, out, error) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {out}{error}");
        out
    }

    /// Why a command fails.
    #[track_caller]
    pub(crate) fn fail(&self, arguments: &[&str]) -> (i32, String) {
        let (code, out, error) = self.run(arguments);
        assert_eq!(out, "", "{arguments:?}");
        (code, error)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub(crate) fn channel(&self) -> Channel {
        Channel::connect_lazy(&self.server).unwrap()
    }

    /// A credential of the administrator.
    pub(crate) async fn bearer(&self) -> MetadataValue<Ascii> {
        let request = SignInRequest {
            email: "admin@tributary.local".to_owned(),
            password: self.password.clone(),
        };
        let mut gateway = GatewayServiceClient::new(self.channel());
        let token = gateway.sign_in(request).await.unwrap().into_inner().token;
        format!("Bearer {token}").parse().unwrap()
    }

    /// Enters a lead by hand.
    pub(crate) async fn enter(&self, lead: LeadInput) -> Receipt {
        let mut request = Request::new(CreateLeadRequest {
            lead: Some(lead),
            responsible_id: String::new(),
        });
        let bearer = self.bearer().await;
        request.metadata_mut().insert("authorization", bearer);
        let mut intake = IntakeServiceClient::new(self.channel());
        let answer = intake.create_lead(request).await.unwrap();
        answer.into_inner().receipt.unwrap()
    }
}

pub(crate) fn lead(name: &str, organisation: &str, email: &str, phone: &str) -> LeadInput {
    let list = |text: &str| match text {
        "" => Vec::new(),
        text => vec![text.to_owned()],
    };
    LeadInput {
        full_name: name.to_owned(),
        organisation: organisation.to_owned(),
        emails: list(email),
        phones: list(phone),
        country: "HU".to_owned(),
        ..LeadInput::default()
    }
}

/// Two of whom nobody can say for sure that they are one: one mailbox and number, two given names, on
/// two days.
fn doubtful() -> [LeadInput; 2] {
    let of = |name: &str, phone: &str, seconds: i64| LeadInput {
        occurred_at: Some(prost_types::Timestamp { seconds, nanos: 0 }),
        country: String::new(),
        ..lead(name, "", "sergey-kudryashov@yandex.ru", phone)
    };
    let begun = 1_763_632_800;
    let other = LeadInput {
        given_name: "Sashka".to_owned(),
        family_name: "Kudriashov".to_owned(),
        city: "Новосибирск".to_owned(),
        country: "RU".to_owned(),
        ..of("Kudriashov Sashka", "8 926-499-84-07", begun + 86_400)
    };
    [of("sergey-kudryashov", "8 926.499.84.07", begun), other]
}

#[track_caller]
pub(crate) fn assert_contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_its_lead_and_its_person_are_explained() {
    let platform = Platform::start();
    let nora = || lead("Nora Field", "Mill", "nora@mill.hu", "+36 20 425 8809");
    let first = platform.enter(nora()).await;
    let second = LeadInput {
        full_name: "Нора Филд".to_owned(),
        message: "Once more".to_owned(),
        ..nora()
    };
    let second = platform.enter(second).await;
    assert_eq!(second.verdict(), Verdict::Attached);

    let out = platform.say(&["explain", &second.submission_id]);
    assert_contains(
        &out,
        &[
            "came by    manual, 20",
            "verdict    attached",
            &second.lead_id,
            "decided    the same person",
            "nora@mill.hu  the person's own",
            "Nora Field · Mill · nora@mill.hu",
            "the same to the last digit",
        ],
    );
    // The heaviest first, with the sum below.
    let weights: Vec<f64> = out
        .lines()
        .skip_while(|line| !line.starts_with("Candidate "))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| line.split_whitespace().last().unwrap().parse().unwrap())
        .collect();
    let (sum, parts) = weights.split_last().unwrap();
    assert!(parts.is_sorted_by(|one, other| one.abs() >= other.abs()));
    assert!((parts.iter().sum::<f64>() - sum).abs() < 0.05, "{out}");

    let out = platform.say(&["explain", &first.lead_id]);
    assert_contains(
        &out,
        &[
            "Cards\n",
            "2 enquiries",
            "Records\n",
            "History\n",
            "enquiry by manual",
        ],
    );
    let out = platform.say(&["explain", &first.lead_id, "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    let identity = json["identity"]["identity"]["identityId"].as_str().unwrap();
    assert_eq!(json["lead"]["lead"]["leadId"], first.lead_id.as_str());
    let out = platform.say(&["explain", identity]);
    assert_contains(&out, &[identity, &first.lead_id, &second.submission_id]);
    assert_eq!(platform.dev.interrupt().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn doubtful_pairs_are_listed_shown_and_decided() {
    let platform = Platform::start();
    assert_eq!(
        platform.say(&["reviews"]),
        "Nothing waits for a decision.\n"
    );
    let [one, other] = doubtful();
    let one = platform.enter(one).await.lead_id;
    let other = platform.enter(other).await.lead_id;

    let out = platform.say(&["reviews"]);
    assert_contains(&out, &["rvew_", " %  Kudriashov Sashka · sergey-"]);
    let review = out.split_whitespace().next().unwrap();
    let out = platform.say(&["explain", review]);
    assert_contains(&out, &["The newer one", "The other one", "If they are one"]);
    let out = platform.say(&["explain", &one, &other]);
    assert_contains(&out, &["now        two persons", "sum  "]);

    let out = platform.say(&["reviews", "decide", review, "skip"]);
    assert_contains(&out, &["is left for later."]);
    let note = ["reviews", "decide", review, "same", "--note", "asked her"];
    let out = platform.say(&note);
    assert_contains(&out, &["are one person from now on (link_"]);
    let (code, error) = platform.fail(&["reviews", "decide", review, "different"]);
    assert_eq!(
        (code, error.contains("the review was decided")),
        (1, true),
        "{error}"
    );
    let out = platform.say(&["explain", &one, &other]);
    assert_contains(
        &out,
        &["now        one person, by the links below", "reviewed"],
    );
    assert_contains(
        &platform.say(&["explain", review]),
        &["note       asked her"],
    );
    assert_eq!(platform.dev.interrupt().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_scanned_before_it_is_imported() {
    let platform = Platform::start();
    let stored = platform
        .enter(lead("Nora Field", "Mill", "nora@mill.hu", ""))
        .await;
    let sheet = platform.write(
        "list.csv",
        "\u{feff}ФИО;Эл. почта;Телефон;Компания;Скидка\n\
         Nora Field;nora@mill.hu;;Mill;5\n\
         Юрий Щербаков;;+371 26555142;ООО Прогресс;\n\
         \"=cmd()\";;;;;;;\n\
         Yuri Shcherbakov;;+37126555142;Progress;\n",
    );
    let out_file = platform.folder.path().join("out.csv");
    let out = platform.say(&["scan", &sheet, "--out", &out_file.display().to_string()]);
    assert_contains(
        &out,
        &[
            "records    4 in ",
            "persons    2, of which 1 are known already",
            "created    1\n",
            "attached   2\n",
            "doubles    1 ",
            "bad        1 would be refused",
            "ignored    columns Скидка",
            "  3        has more cells than the header",
        ],
    );
    let told = fs::read_to_string(&out_file).unwrap();
    let rows: Vec<Vec<&str>> = told.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(
        rows[0].join(","),
        "index,verdict,reason,lead_id,same_as_record,probability,problem"
    );
    assert_eq!(rows[1][..5], ["1", "attached", "", &stored.lead_id, ""]);
    assert_eq!(rows[2][..5], ["2", "created", "", "", ""]);
    assert_eq!(
        rows[3],
        ["3", "bad", "", "", "", "", "has more cells than the header"]
    );
    assert_eq!(rows[4][..5], ["4", "attached", "", "", "2"]);

    let lines = platform.write(
        "list.jsonl",
        "{\"lead_id\":\"a\",\"full_name\":\"Ivy Novak\",\"emails\":[\"ivy@novak.eu\"],\"city\":null,\"x\":1}\n\
         {\"externalId\":\"a\",\"fullName\":\"Ivy Novak\",\"emails\":[\"ivy@novak.eu\"]}\n\
         {\"full_name\": 5}\n",
    );
    let out = platform.say(&["scan", &lines]);
    assert_contains(
        &out,
        &[
            "records    3 in",
            "created    1\n",
            "again      1 ",
            "bad        1 ",
            "columns x",
        ],
    );

    let (code, error) = platform.fail(&["scan", &platform.write("odd.csv", "a,b\n1,2\n")]);
    assert_eq!(
        (
            code,
            error.contains("no column is known by its name (a, b)")
        ),
        (1, true),
        "{error}"
    );
    assert_eq!(platform.dev.interrupt().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_in_vain_is_told_what_to_do() {
    let nowhere = TempDir::new().unwrap();
    check(
        nowhere.path(),
        &["explain", "camp_1"],
        2,
        "expected sub_…, lead_…, deal_…, cntr_…, pers_…, idty_… or rvew_…",
    );
    let id = "rvew_01a214d694037691ac20105228092802";
    check(
        nowhere.path(),
        &["explain", id],
        2,
        "sign in with --password-file",
    );
    let silent = [
        "explain",
        id,
        "--token",
        "t",
        "--server",
        "http://127.0.0.1:1",
    ];
    check(
        nowhere.path(),
        &silent,
        1,
        "no server answers at http://127.0.0.1:1: start one",
    );
    check(
        nowhere.path(),
        &["reviews", "decide", "x", "same"],
        2,
        "x: expected an id like rvew_",
    );
    check(nowhere.path(), &["scan", "none.csv"], 1, "none.csv: ");

    let platform = Platform::start();
    let (code, error) = platform.fail(&["explain", id]);
    assert_eq!(
        (code, error),
        (1, format!("error: there is no review {id}\n"))
    );
    let (code, error) = platform.fail(&["reviews", "--password", "wrong"]);
    assert_eq!(code, 1);
    assert_contains(&error, &["signing in as admin@tributary.local: "]);
    let (_, error) = platform.fail(&["reviews", "--token", "worn-out"]);
    assert_contains(&error, &["; sign in again"]);
    assert_eq!(platform.dev.interrupt().0, 0);
}

#[track_caller]
fn check(folder: &Path, arguments: &[&str], wanted: i32, part: &str) {
    let (code, out, error) = run(folder, arguments);
    assert_eq!((code, out.as_str()), (wanted, ""), "{arguments:?}: {error}");
    assert_contains(&error, &[part]);
}
