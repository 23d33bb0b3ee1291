//! `parvis user add`.

use std::path::Path;

use anyhow::Context as _;
use parvis_model::Rng;
use parvis_model::id::random_text;
use parvis_portal::accounts::NewUser;

use crate::cli::UserAdd;
use crate::terminal::line;

/// Without letters and digits that look alike.
const READABLE: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password of 100 bits, in groups that can be read out.
pub fn draw_password(rng: &dyn Rng) -> String {
    let letters = random_text(20, READABLE, rng);
    let groups: Vec<&str> = (0..4).map(|group| &letters[group * 5..group * 5 + 5]).collect();
    groups.join("-")
}

/// Adds a person.
pub async fn add(data: &Path, add: UserAdd) -> anyhow::Result<()> {
    let parvis = super::open(data).await?;
    if let Some(id) = &add.portal {
        super::find_portal(&parvis, id).await?;
    }
    let (password, drawn) = match given_password(add.password_file.as_deref())? {
        Some(password) => (password, false),
        None => (draw_password(parvis.rng()), true),
    };
    let name = add
        .name
        .unwrap_or_else(|| add.email.split('@').next().unwrap_or_default().to_owned());
    let home = add
        .portal
        .as_ref()
        .map_or_else(|| "the platform".to_owned(), |portal| format!("the portal {portal}"));
    let user = parvis
        .add_user(NewUser {
            portal: add.portal,
            email: add.email,
            display_name: name,
            password: password.clone(),
            role: add.role,
        })
        .await?;
    line(format_args!("added {} to {home} as {}", user.email, user.role.name()));
    if drawn {
        line(format_args!("password: {password}"));
    }
    Ok(())
}

/// The password from the file, else from the environment. Never from the command line, which every process can see.
fn given_password(file: Option<&Path>) -> anyhow::Result<Option<String>> {
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
