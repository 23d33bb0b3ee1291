//! Asking other servers, within limits.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

use crate::is_public;

/// What the operator decides.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Hosts, names or addresses without a port, that may be on a private network and speak plain HTTP.
    pub private_hosts: Vec<String>,
}

/// What an answer may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes of its body.
    pub bytes: usize,
    /// Time until its last byte.
    pub time: Duration,
}

/// An answer with status 200.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Its media type without parameters, in lower case; empty if it names none.
    pub media_type: String,
    /// Its body.
    pub body: Bytes,
}

/// Why there is no answer. Names no address.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one that may be asked for.
    #[error("the address is refused: {0}")]
    Refused(&'static str),
    /// There was no connection, or it broke.
    #[error("the server could not be reached")]
    Unreachable,
    /// It took too long.
    #[error("the server did not answer in time")]
    TooSlow,
    /// The body is larger than the limit.
    #[error("the answer is too large")]
    TooLarge,
    /// Another status than 200, redirects included.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The client could not be made, most likely for want of certificates to check those of others with.
    #[error("this machine cannot check certificates: install `ca-certificates`")]
    Client,
}

/// Asks other servers. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Fetcher {
    /// Made when it is first needed: reading the machine's certificates takes time, and most installations ask nobody.
    client: Arc<OnceLock<Option<reqwest::Client>>>,
    private: Arc<BTreeSet<String>>,
}

impl Fetcher {
    /// Asks nobody yet.
    pub fn new(settings: &Settings) -> Self {
        let private: BTreeSet<String> = settings.private_hosts.iter().map(|host| host.to_lowercase()).collect();
        Self {
            client: Arc::default(),
            private: Arc::new(private),
        }
    }

    /// A client that keeps no cookies and follows nothing.
    fn client(&self) -> Result<&reqwest::Client, Error> {
        let made = self.client.get_or_init(|| self.connect().ok());
        made.as_ref().ok_or(Error::Client)
    }

    fn connect(&self) -> reqwest::Result<reqwest::Client> {
        reqwest::Client::builder()
            .user_agent(concat!("Parvis/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Guard(Arc::clone(&self.private))))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(Duration::from_secs(5))
            .build()
    }

    /// Asks for `url` with GET.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(&self, url: &Url, limits: Limits) -> Result<Fetched, Error> {
        self.admit(url)?;
        let answer = self.client()?.get(url.clone()).timeout(limits.time).send();
        let mut answer = answer.await.map_err(|error| cause(&error))?;
        if answer.status() != 200 {
            return Err(Error::Status(answer.status().as_u16()));
        }
        let most = u64::try_from(limits.bytes).unwrap_or(u64::MAX);
        if answer.content_length().is_some_and(|length| length > most) {
            return Err(Error::TooLarge);
        }
        let media_type = answer
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok());
        let media_type = media_type.and_then(|text| text.split(';').next()).unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| cause(&error))? {
            if body.len() + chunk.len() > limits.bytes {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Fetched {
            media_type,
            body: body.freeze(),
        })
    }

    /// Whether the address may be asked for. What a name stands for is checked later, by [`Guard`].
    fn admit(&self, url: &Url) -> Result<(), Error> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Refused("it holds a user name"));
        }
        let host = url.host().ok_or(Error::Refused("it names no host"))?;
        let address = match host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
        };
        let name = address.map_or_else(
            || url.host_str().unwrap_or_default().to_owned(),
            |address| address.to_string(),
        );
        let exempt = self.private.contains(&name);
        match url.scheme() {
            "https" => {}
            "http" if exempt => {}
            _ => return Err(Error::Refused("it is not https")),
        }
        // Names are checked when they are resolved; addresses are not resolved.
        if address.is_some_and(|address| !exempt && !is_public(address)) {
            return Err(Error::Refused("it is on a private network"));
        }
        Ok(())
    }
}

/// What went wrong, without the address that reqwest's own words would show.
fn cause(error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        return Error::TooSlow;
    }
    let mut source = error.source();
    while let Some(inner) = source {
        if inner.is::<Private>() {
            return Error::Refused("its name stands for an address on a private network");
        }
        source = inner.source();
    }
    Error::Unreachable
}

/// Resolves names to public addresses only, whatever the name server says.
#[derive(Debug)]
struct Guard(Arc<BTreeSet<String>>);

/// A name has none but private addresses.
#[derive(Debug, thiserror::Error)]
#[error("no public address")]
struct Private;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let exempt = self.0.contains(name.as_str());
        Box::pin(async move {
            let all = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = all.filter(|address| exempt || is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Private.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
