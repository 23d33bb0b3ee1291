//! `parvis user …`.

use std::path::Path;

use anyhow::Context as _;
use parvis_model::id::random_text;
use parvis_model::{PortalId, Rng, Role};
use parvis_portal::Parvis;
use parvis_portal::accounts::NewUser;
use parvis_portal::store::User;

use crate::cli::{Account, Home, UserAdd, UserCommand, UserList};
use crate::terminal::line;

/// Without letters and digits that look alike.
const READABLE: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password of 100 bits, in groups that can be read out.
pub fn draw_password(rng: &dyn Rng) -> String {
    let letters = random_text(20, READABLE, rng);
    let groups: Vec<&str> = (0..4).map(|group| &letters[group * 5..group * 5 + 5]).collect();
    groups.join("-")
}

/// Does what the command line asks.
pub async fn run(data: &Path, command: UserCommand) -> anyhow::Result<()> {
    let parvis = super::open(data).await?;
    match command {
        UserCommand::Add(add) => self::add(&parvis, add).await,
        UserCommand::List(wanted) => list(&parvis, &wanted).await,
        UserCommand::Role { account, role } => change_role(&parvis, &account, role).await,
        UserCommand::Close(account) => set_open(&parvis, &account, false).await,
        UserCommand::Reopen(account) => set_open(&parvis, &account, true).await,
        UserCommand::Password { account, password_file } => {
            set_password(&parvis, &account, password_file.as_deref()).await
        }
    }
}

/// Adds a person.
async fn add(parvis: &Parvis, add: UserAdd) -> anyhow::Result<()> {
    let Account { email, home } = add.account;
    check_home(parvis, &home).await?;
    let password = Password::given_or_drawn(parvis, add.password_file.as_deref())?;
    let name = add
        .name
        .unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    let user = parvis
        .add_user(NewUser {
            portal: home.portal,
            email,
            display_name: name,
            password: password.text.clone(),
            role: add.role,
        })
        .await?;
    line(format_args!(
        "added {} to {} as {}",
        user.email,
        home_of(&user),
        user.role.name()
    ));
    password.tell_if_drawn();
    Ok(())
}

/// Lists people, of every home if none is named.
async fn list(parvis: &Parvis, wanted: &UserList) -> anyhow::Result<()> {
    let homes: Vec<Option<PortalId>> = match &wanted.portal {
        Some(id) => vec![Some(super::find_portal(parvis, id).await?.id.clone())],
        None if wanted.platform => vec![None],
        None => {
            let portals = parvis.portals().await?.into_iter().map(|portal| Some(portal.id));
            portals.chain([None]).collect()
        }
    };
    let mut users = Vec::new();
    for home in homes {
        users.extend(parvis.accounts(&super::operator(), home.as_ref()).await?);
    }
    if wanted.json {
        let users: Vec<_> = users.iter().map(as_json).collect();
        line(serde_json::to_string_pretty(&users)?);
        return Ok(());
    }
    for user in users {
        let home = user.portal.as_ref().map_or("-", PortalId::as_str);
        let state = if user.active { "open" } else { "closed" };
        line(format_args!("{}\t{home}\t{}\t{state}", user.email, user.role.name()));
    }
    Ok(())
}

fn as_json(user: &User) -> serde_json::Value {
    serde_json::json!({
        "email": user.email,
        "portal": user.portal,
        "name": user.display_name,
        "role": user.role.name(),
        "open": user.active,
        "created_at": user.created_at,
        "password_changed_at": user.password_changed_at,
    })
}

/// Changes what somebody may do.
async fn change_role(parvis: &Parvis, account: &Account, role: Role) -> anyhow::Result<()> {
    check_home(parvis, &account.home).await?;
    let home = account.home.portal.as_ref();
    let before = parvis
        .change_role(&super::operator(), home, &account.email, role)
        .await?;
    let (email, home, role) = (&before.email, home_of(&before), role.name());
    if before.role.name() == role {
        line(format_args!("{email} of {home} is {role} already"));
    } else {
        line(format_args!(
            "{email} of {home} is {role} now, and signed out everywhere"
        ));
    }
    Ok(())
}

/// Opens or closes an account.
async fn set_open(parvis: &Parvis, account: &Account, open: bool) -> anyhow::Result<()> {
    check_home(parvis, &account.home).await?;
    let home = account.home.portal.as_ref();
    let before = parvis.set_open(&super::operator(), home, &account.email, open).await?;
    let state = match (before.active, open) {
        (true, true) => "open already",
        (false, true) => "open again",
        (true, false) => "closed, and signed out everywhere",
        (false, false) => "closed already",
    };
    line(format_args!(
        "the account {} of {} is {state}",
        before.email,
        home_of(&before)
    ));
    Ok(())
}

/// Sets a new password.
async fn set_password(parvis: &Parvis, account: &Account, file: Option<&Path>) -> anyhow::Result<()> {
    check_home(parvis, &account.home).await?;
    let password = Password::given_or_drawn(parvis, file)?;
    let home = account.home.portal.as_ref();
    let user = parvis
        .reset_password(&super::operator(), home, &account.email, &password.text)
        .await?;
    line(format_args!(
        "{} of {} has a new password, and is signed out everywhere",
        user.email,
        home_of(&user)
    ));
    password.tell_if_drawn();
    Ok(())
}

/// Refuses a portal that is not there, naming those that are.
async fn check_home(parvis: &Parvis, home: &Home) -> anyhow::Result<()> {
    if let Some(id) = &home.portal {
        super::find_portal(parvis, id).await?;
    }
    Ok(())
}

fn home_of(user: &User) -> String {
    user.portal
        .as_ref()
        .map_or_else(|| "the platform".to_owned(), |portal| format!("the portal {portal}"))
}

/// A password for somebody else.
struct Password {
    text: String,
    drawn: bool,
}

impl Password {
    /// The one that was given, else a new one.
    fn given_or_drawn(parvis: &Parvis, file: Option<&Path>) -> anyhow::Result<Self> {
        Ok(match given_password(file)? {
            Some(text) => Self { text, drawn: false },
            None => Self {
                text: draw_password(parvis.rng()),
                drawn: true,
            },
        })
    }

    /// Nobody knows a password that was drawn unless it is said now.
    fn tell_if_drawn(&self) {
        if self.drawn {
            line(format_args!("password: {}", self.text));
        }
    }
}

/// The password from the file, else from the environment. Never from the command line, which every process can see.
pub(super) fn given_password(file: Option<&Path>) -> anyhow::Result<Option<String>> {
    let Some(file) = file else {
        return Ok(std::env::var("PARVIS_PASSWORD").ok());
    };
    let text = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin()).context("the password cannot be read from standard input")?
    } else {
        std::fs::read_to_string(file).with_context(|| format!("the password file {} cannot be read", file.display()))?
    };
    Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use parvis_model::SystemRng;

    use super::draw_password;

    #[test]
    fn drawn_passwords_are_four_groups_of_five_and_differ() {
        let (one, two) = (draw_password(&SystemRng), draw_password(&SystemRng));
        assert!(one.split('-').map(str::len).eq([5, 5, 5, 5]), "{one}");
        assert_ne!(one, two);
    }
}
