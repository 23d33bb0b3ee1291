//! Stores with content.

use chrono::{DateTime, TimeDelta, Utc};
use parvis_model::{
    Dataset, DatasetMetas, DatasetUid, Extent, Field, FieldType, Localized, Portal, PortalId, Rng, Role, Schema,
    UserId, VersionId, VersionInfo,
};
use parvis_store::{Hash, Session, Store, User};

/// A fixed moment.
pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_790_000_000_123).expect("a time")
}

pub fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

pub fn id(portal: &str) -> PortalId {
    PortalId::new(portal)
}

pub fn portal(name: &str) -> Portal {
    Portal {
        id: id(name),
        hosts: vec![format!("{name}.localhost"), format!("www.{name}.example")],
        public_url: format!("https://{name}.example"),
        name: Localized::one("fr", name),
        tagline: Localized::default(),
        languages: vec!["fr".to_owned(), "en".to_owned()],
        accent: "#123456".to_owned(),
        logo: "<svg/>".to_owned(),
        purposes: [("session".to_owned(), "Rester connecté".to_owned())].into(),
        trusted_origins: Vec::new(),
        video: None,
        provider: "Opendatasoft".to_owned(),
    }
}

/// A store with two portals, `orleans` and `cesson`.
pub async fn two_portals() -> Store {
    let store = Store::in_memory().await.expect("a store in memory");
    fill(&store).await;
    store
}

pub async fn fill(store: &Store) {
    store.put_portal(&portal("orleans")).await.expect("orleans is added");
    store.put_portal(&portal("cesson")).await.expect("cesson is added");
}

pub fn user(name: &str, home: Option<&str>) -> User {
    User {
        id: UserId::new(format!("u-{name}-{}", home.unwrap_or("platform"))),
        portal: home.map(id),
        email: format!("{name}@Example.org"),
        display_name: name.to_owned(),
        password_hash: "$argon2id$1".to_owned(),
        password_changed_at: noon(),
        role: Role::Publisher,
        active: true,
        language: Some("fr".to_owned()),
        created_at: noon(),
    }
}

pub fn hash(number: u32) -> Hash {
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    hash
}

pub fn session(number: u32, home: &str, user: Option<&UserId>) -> Session {
    Session {
        hash: hash(number),
        portal: id(home),
        user: user.cloned(),
        password_stamp: "stamp".to_owned(),
        csrf_secret: "secret".to_owned(),
        created_at: noon(),
        expires_at: noon() + minutes(60),
        data: serde_json::Map::from_iter([("page".to_owned(), serde_json::json!({ "n": 1 }))]),
    }
}

pub fn schema(names: &[&str]) -> Schema {
    Schema {
        fields: names.iter().map(|name| Field::new(*name, FieldType::Text)).collect(),
    }
}

pub fn version(number: u32) -> VersionInfo {
    VersionInfo {
        id: VersionId::new(format!("v{number}")),
        created_at: noon() + minutes(i64::from(number)),
        records: u64::from(number) * 10,
        bytes: 4096,
        content_hash: "ab".repeat(32),
        rejected: 2,
        extent: number
            .is_multiple_of(2)
            .then(|| Extent::new([1.3, -47.5, 2.0, 48.25], vec!["Point".to_owned()])),
    }
}

pub fn dataset(slug: &str, home: &str) -> Dataset {
    Dataset {
        uid: DatasetUid::new(format!("da_{slug}_{home}")),
        portal: id(home),
        slug: slug.to_owned(),
        restricted: false,
        metas: DatasetMetas {
            title: Localized::one("fr", "Communes"),
            ..DatasetMetas::default()
        },
        schema: schema(&[]),
        version: None,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// Bytes that count up: not random, and different at each draw.
#[derive(Default)]
pub struct Counter(std::sync::atomic::AtomicU8);

impl Rng for Counter {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    }
}
