use chrono::{DateTime, TimeDelta};
use parvis_cookies::registry::{AddedEntry, DomainRule, Ground, Kind, Name, Necessity, SetBy};
use parvis_cookies::service::{Purpose, Service, ServiceKind};
use parvis_model::{Actor, Clock, ErrorCode, Localized, PortalId, Role, SystemRng, UserId};
use tempfile::TempDir;

use super::*;
use crate::Settings;
use crate::accounts::NewUser;

/// A clock that stands still.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }
}

fn portal(id: &str) -> Portal {
    Portal {
        id: PortalId::new(id),
        hosts: vec![format!("{id}.localhost")],
        public_url: format!("https://data.{id}.example"),
        name: Localized::one("fr", id),
        tagline: Localized::default(),
        languages: vec!["fr".to_owned(), "en".to_owned()],
        accent: "#004488".to_owned(),
        logo: String::new(),
        purposes: Default::default(),
        video: None,
        provider: "Opendatasoft".to_owned(),
        trusted_origins: vec![],
    }
}

struct Town {
    parvis: Parvis,
    _folder: TempDir,
}

async fn town() -> Town {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        data: folder.path().to_owned(),
        engine: parvis_engine::Settings::default(),
        fetch: Default::default(),
        kept_answers: crate::KEPT_ANSWERS,
    };
    let parvis = Parvis::open(settings, Arc::new(Noon), Arc::new(SystemRng))
        .await
        .expect("an installation");
    for id in ["orleans", "cesson"] {
        parvis.put_portal(&portal(id)).await.expect("a portal");
    }
    Town {
        parvis,
        _folder: folder,
    }
}

impl Town {
    /// Somebody of the portal `home` (`None`: of the platform) who looks at the portal `at`.
    async fn viewer(&self, home: Option<&str>, role: Role, at: &str) -> Viewer {
        let new = NewUser {
            portal: home.map(PortalId::new),
            email: format!("{}-{at}@{}.example", role.name(), home.unwrap_or("platform")),
            display_name: "Anne".to_owned(),
            password: "une phrase de passe".to_owned(),
            role,
        };
        let user = self.parvis.add_user(new).await.expect("a new account");
        let actor = Actor::User {
            id: user.id,
            portal: user.portal,
            role,
        };
        Viewer {
            actor,
            ..Viewer::anonymous(Arc::new(portal(at)))
        }
    }

    async fn registry(&self, id: &str) -> PortalRegistry {
        let all = self.parvis.portal_registries().await.expect("registries");
        all.into_iter()
            .find(|served| served.portal.id.as_str() == id)
            .expect("the portal")
    }
}

fn video() -> Service {
    Service {
        id: "videos".to_owned(),
        purpose: Purpose::Video,
        provider: "Google".to_owned(),
        label: Localized::one("fr", "Vidéos"),
        description: Localized::one("fr", "Lit des vidéos."),
        policy_url: None,
        kind: ServiceKind::YouTube {},
        hosts: vec![],
        exemption: None,
        valid_from: None,
        valid_to: None,
    }
}

fn balancer() -> AddedEntry {
    AddedEntry {
        id: "balancer".to_owned(),
        kind: Kind::Cookie,
        name: Name::new("route"),
        provider: "La ville".to_owned(),
        service: Localized::one("fr", "Répartition"),
        purpose: Localized::one("fr", "Servir les pages"),
        ground: Ground::Necessary(Necessity::LoadBalancing),
        service_id: None,
        max_age: None,
        domain: DomainRule::HostOnly,
        set_by: SetBy::Server,
        path: "/".to_owned(),
        secure: true,
        http_only: true,
        same_site: None,
        valid_from: None,
        valid_to: None,
    }
}

fn added() -> Additions {
    Additions {
        entries: vec![balancer()],
        services: vec![video()],
        ..Additions::default()
    }
}

#[tokio::test]
async fn a_fresh_portal_has_its_first_revision_made_by_the_platform() {
    let town = town().await;
    let served = town.registry("orleans").await;
    assert_eq!((served.registry.number(), served.registry.entries().len()), (1, 4));
    assert!(served.registry.since().is_some());
    let nobody = Viewer::anonymous(Arc::new(portal("orleans")));
    let history = town.parvis.registry_history(&nobody, None, 10).await.expect("public");
    assert_eq!((history.len(), history[0].author.as_str()), (1, ""));
    assert_eq!(history[0].revision, served.registry.revision());
}

#[tokio::test]
async fn an_administrator_adds_to_the_own_portal_and_nothing_changes_elsewhere() {
    let town = town().await;
    let elsewhere = town.registry("cesson").await.registry.revision();
    let admin = town.viewer(Some("orleans"), Role::Admin, "orleans").await;
    let draft = town.parvis.registry_draft(&admin).await.expect("a draft");
    let draft = Draft {
        additions: added(),
        ..draft
    };
    let number = town
        .parvis
        .revise_registry(&admin, " Vidéos du conseil ", draft)
        .await
        .expect("a revision");
    assert_eq!(number, 2);
    let served = town.registry("orleans").await;
    assert!(served.registry.declared(Kind::Cookie, "route").is_some());
    assert_eq!(served.registry.services_asking_consent().len(), 1);
    assert_eq!(served.asked.len(), 2, "nothing, then the videos");
    assert_eq!(
        served.registry.services()[0].valid_from,
        Some(Noon.now().date_naive()),
        "stamped with the day it was declared"
    );
    assert_eq!(town.registry("cesson").await.registry.revision(), elsewhere);

    let latest = town
        .parvis
        .registry_revision(&admin, 2)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(
        (latest.author.as_str(), latest.note.as_str()),
        ("Anne", "Vidéos du conseil")
    );
    let nobody = Viewer::anonymous(Arc::new(portal("orleans")));
    let public = town
        .parvis
        .registry_revision(&nobody, 2)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(public.author, "", "who wrote it is for the back office");
    assert_eq!(public.published, served.registry.published());
}

#[tokio::test]
async fn only_administrators_of_the_portal_and_the_platform_read_or_change_its_draft() {
    let town = town().await;
    let may = async |viewer: &Viewer| {
        let read = town.parvis.registry_draft(viewer).await.map(|_| ());
        let draft = Draft {
            number: 1,
            additions: Additions::default(),
        };
        let write = town.parvis.revise_registry(viewer, "", draft).await.map(|_| ());
        let code = |result: Result<()>| result.err().map(|error| error.code());
        (code(read), code(write))
    };
    let forbidden = (Some(ErrorCode::ForbiddenAccess), Some(ErrorCode::ForbiddenAccess));
    assert_eq!(may(&Viewer::anonymous(Arc::new(portal("orleans")))).await, forbidden);
    for (home, role, allowed) in [
        (Some("orleans"), Role::Reader, false),
        (Some("orleans"), Role::Publisher, false),
        (Some("orleans"), Role::Admin, true),
        (Some("cesson"), Role::Reader, false),
        (Some("cesson"), Role::Publisher, false),
        (Some("cesson"), Role::Admin, false),
        (None, Role::Publisher, false),
        (None, Role::Admin, true),
    ] {
        let viewer = town.viewer(home, role, "orleans").await;
        let expected = if allowed { (None, None) } else { forbidden };
        assert_eq!(may(&viewer).await, expected, "{home:?} {role:?}");
    }
}

#[tokio::test]
async fn a_draft_that_somebody_overtook_or_that_is_wrong_is_refused_and_one_that_changes_nothing_makes_no_revision() {
    let town = town().await;
    let admin = town.viewer(Some("orleans"), Role::Admin, "orleans").await;
    let draft = |number, additions| Draft { number, additions };
    let revise = |draft| town.parvis.revise_registry(&admin, "", draft);
    assert_eq!(revise(draft(1, added())).await.expect("a revision"), 2);
    let overtaken = revise(draft(1, Additions::default())).await.unwrap_err();
    assert!(matches!(overtaken, Error::Store(parvis_store::Error::Conflict { .. })));
    let mut wrong = added();
    wrong.entries[0].name = Name::new("sessionid");
    assert_eq!(revise(draft(2, wrong)).await.unwrap_err().code(), ErrorCode::BadRequest);
    assert_eq!(revise(draft(2, added())).await.expect("nothing new"), 2);
    let long = "x".repeat(MAX_NOTE + 1);
    let refused = town
        .parvis
        .revise_registry(&admin, &long, draft(2, Additions::default()))
        .await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::BadRequest);
    assert_eq!(town.registry("orleans").await.registry.number(), 2);
}

#[tokio::test]
async fn settings_that_change_the_charter_make_a_revision_and_others_none() {
    let town = town().await;
    let changed = Portal {
        accent: "#884400".to_owned(),
        ..portal("orleans")
    };
    town.parvis.put_portal(&changed).await.expect("a portal");
    town.parvis.publish_registries().await.expect("nothing to do");
    assert_eq!(town.registry("orleans").await.registry.number(), 1);
    let worded = Portal {
        provider: "La ville".to_owned(),
        ..changed
    };
    town.parvis.put_portal(&worded).await.expect("a portal");
    assert_eq!(town.registry("orleans").await.registry.number(), 2);
    let asked = town.registry("orleans").await.asked;
    assert_eq!(asked.len(), 1, "the same questions: none");
}

#[tokio::test]
async fn every_revision_carries_the_hash_of_what_was_before() {
    let town = town().await;
    let admin = town.viewer(Some("orleans"), Role::Admin, "orleans").await;
    let draft = Draft {
        number: 1,
        additions: added(),
    };
    town.parvis
        .revise_registry(&admin, "", draft)
        .await
        .expect("a revision");
    let rows = town
        .parvis
        .store()
        .registry_revisions(&PortalId::new("orleans"), None, 10)
        .await
        .expect("rows");
    let orleans = PortalId::new("orleans");
    let altered = first_altered_revision(town.parvis.store(), &orleans).await;
    assert_eq!(altered.expect("read"), None);
    let forged = RegistryRevision {
        number: 3,
        note: "Une autre".to_owned(),
        ..rows[0].clone()
    };
    town.parvis
        .store()
        .add_registry_revision(&forged)
        .await
        .expect("added past the use-case");
    let altered = first_altered_revision(town.parvis.store(), &orleans).await;
    assert_eq!(altered.expect("read"), Some(3));
    assert_eq!(rows[1].hash, hash(&rows[1], None));
    assert_eq!(rows[0].hash, hash(&rows[0], Some(&rows[1])));
    let altered = RegistryRevision {
        author: Some(UserId::new("somebody-else")),
        ..rows[1].clone()
    };
    assert_ne!(
        rows[0].hash,
        hash(
            &rows[0],
            Some(&RegistryRevision {
                hash: hash(&altered, None),
                ..altered
            })
        )
    );
}
