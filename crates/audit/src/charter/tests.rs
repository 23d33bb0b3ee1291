use super::*;

fn charter(json: &str) -> Charter {
    Charter::parse(json).expect("a charter")
}

#[test]
fn the_published_form_of_a_portal_is_read_with_fields_that_come_later() {
    let json = r#"{"url":"https://a.example","language":"fr","revision":"0f","columns":["a","b","c","d"],"rows":[
        {"id":"sessionid","kind":"cookie","provider":"P","service":"S","name":"sessionid","purpose":"R","category":"necessary",
         "consent":false,"legal_ground":"strictly_necessary","max_age":1209600,"path":"/","secure":true,"http_only":true,
         "same_site":"Lax","domain":"host_only","later":{"deep":1}},
        {"id":"yt","kind":"third_party_host","name":"*.youtube-nocookie.com","category":"third_party","consent":true,
         "max_age":null,"same_site":null,"purpose_id":"video","domain":{"third_party":"*.youtube-nocookie.com"}}],
        "services":[{"id":"film"}]}"#;
    let charter = charter(json);
    assert_eq!(charter.rows.len(), 2);
    assert_eq!(charter.rows[0].host, None);
    assert_eq!(charter.rows[0].occasion(), When::SignIn);
    assert!(charter.asks() && charter.contact("www.youtube-nocookie.com").is_some());
    assert!(charter.contact("youtube-nocookie.com.evil.example").is_none());
    assert!(charter.rows[1].chosen_by(&BTreeSet::from(["video".to_owned()])));
}

#[test]
fn names_are_whole_and_case_sensitive_and_stars_stand_for_anything() {
    for (pattern, seen, same) in [
        ("sessionid", "sessionid", true),
        ("sessionid", "SessionID", false),
        ("sessionid", "sessionid2", false),
        ("_pk_id.*", "_pk_id.1.2", true),
        ("_pk_id.*", "x_pk_id.1", false),
        ("a*b*c", "aXbYc", true),
        ("a*b*c", "acb", false),
        ("*", "", true),
        ("ab*b", "ab", false),
    ] {
        assert_eq!(pattern::name(pattern, seen), same, "{pattern} {seen}");
    }
}

#[test]
fn a_row_without_a_host_is_the_sites_own() {
    let charter = charter(
        r#"{"rows":[{"name":"own"},{"name":"theirs","host":"*.t.example"},{"kind":"third_party_host","name":"u.example"},
        {"name":"any","category":"third_party"}]}"#,
    );
    let found = |name, host, own| charter.find(Kind::Cookie, name, host, own).is_some();
    assert!(found("own", "a.example", true) && !found("own", "t.example", false));
    assert!(found("theirs", "x.t.example", false) && !found("theirs", "a.example", true));
    assert!(found("any", "u.example", false) && !found("any", "v.example", false));
}

#[test]
fn a_hash_that_is_not_the_contents_is_noticed() {
    let good = format!(
        r#"{{"rows":[],"content_hash":"{}"}}"#,
        hex::encode(Sha256::digest(br#"{"rows":[]}"#))
    );
    assert_eq!(charter(&good).hash_holds, Some(true));
    assert_eq!(charter(&good.replace("[]", "[{}]")).hash_holds, Some(false));
    assert_eq!(charter(r#"{"rows":[]}"#).hash_holds, None);
}

#[test]
fn what_is_no_charter_is_refused() {
    for bad in ["", "{}", "[]", r#"{"rows":{}}"#, r#"{"rows":[{"kind":"biscuit"}]}"#] {
        assert!(matches!(Charter::parse(bad), Err(Error::Charter(_))), "{bad}");
    }
}
