//! Passkeys that open a vault: added, used, refused, removed; and what takes them away.

use jiff::SignedDuration;

use super::{OTHER, PASSPHRASE, code_of, only_note, set_up, unlock, write};
use crate::routes::duties::World;
use crate::support::{Answer, Authenticator, Client, Context, Given, PASSWORD};

const PAGE: &str = "/wellbeing/vault/passkeys";

/// The challenge for adding one.
async fn asked_to_add(client: &mut Client<'_>) -> serde_json::Value {
    client.get(PAGE).await.expect_status(200);
    client.post(&format!("{PAGE}/options"), &[]).await.expect_status(200).json()
}

/// Lets a passkey of the account open the vault, which is unlocked.
pub(super) async fn add(client: &mut Client<'_>, authenticator: &Authenticator) -> Answer {
    let made = asked_to_add(client).await;
    client.post(PAGE, &authenticator.sign(&made).fields()).await
}

/// What the authenticator answers when the vault is to be opened.
async fn asked_to_open(client: &mut Client<'_>, authenticator: &Authenticator) -> Given {
    client.get("/wellbeing/unlock").await.expect_status(200).expect_text("Unlock with a passkey");
    authenticator.sign(&client.post("/wellbeing/unlock/passkey/options", &[]).await.expect_status(200).json())
}

async fn open(client: &mut Client<'_>, given: &Given) -> Answer {
    let mut fields = given.fields().to_vec();
    fields.push(("next", "/wellbeing/vault"));
    client.post("/wellbeing/unlock/passkey", &fields).await
}

/// What was done with the vault, the last first.
async fn receipts(client: &mut Client<'_>) -> Vec<String> {
    let page = client.get("/wellbeing/vault").await.expect_status(200);
    let html = scraper::Html::parse_document(&page.body);
    let rows = scraper::Selector::parse("tbody th").expect("a selector");
    html.select(&rows).map(|row| row.text().collect::<String>().trim().to_owned()).collect()
}

/// A member with a vault, a note in it, and a phone whose passkey opens their account.
async fn prepared<'app>(world: &'app World) -> (Client<'app>, Authenticator) {
    let mut member = world.app.browser(&world.member).await;
    set_up(&mut member, PASSPHRASE).await;
    write(&mut member, &[]).await.expect_status(303);
    let phone = Authenticator::new();
    phone.enrol(&mut member, "Grey phone").await;
    (member, phone)
}

/// Another browser of the same member, signed in with the passkey as second factor.
async fn another_browser<'app>(world: &'app World, phone: &Authenticator) -> Client<'app> {
    let mut client = world.app.visitor();
    client.sign_in(&world.member.email, PASSWORD).await.expect_status(303);
    client.get("/sign-in/factor").await.expect_status(200);
    let made = client.post("/sign-in/factor/passkey/options", &[]).await.expect_status(200).json();
    client.post("/sign-in/factor/passkey", &phone.sign(&made).fields()).await.expect_status(303);
    client
}

fn count(done: &[String], what: &str) -> usize {
    done.iter().filter(|one| *one == what).count()
}

#[actix_web::test]
async fn a_passkey_is_added_opens_the_vault_on_any_device_and_is_removed() {
    let world = World::new();
    let (mut member, phone) = prepared(&world).await;
    let trail = world.app.audited();
    member.get("/wellbeing/vault").await.expect_text("Unlock with a passkey");
    member.get(PAGE).await.expect_text("No passkey opens it yet");
    let made = asked_to_add(&mut member).await;
    assert_eq!(made["options"]["publicKey"]["userVerification"], "required");
    let given = phone.sign(&made);
    member.post(PAGE, &given.fields()).await.expect_status(303);
    member.get(PAGE).await.expect_text("Grey phone").expect_text("Remove the passkey Grey phone");
    // The same one again is not offered; each answer is good once.
    let none = member.post(&format!("{PAGE}/options"), &[]).await.expect_status(409);
    none.expect_text("no other passkey");
    member.post(PAGE, &given.fields()).await.expect_status(422).expect_text("not accepted");
    let tablet = Authenticator::new();
    tablet.enrol(&mut member, "Station tablet").await;
    add(&mut member, &tablet).await.expect_status(303);
    assert_eq!(world.app.database.superuser_texts("select kind from vault_wraps order by kind").len(), 4);

    // Another browser of theirs: locked, and opened by either.
    let mut other = another_browser(&world, &phone).await;
    for authenticator in [&phone, &tablet] {
        other.get("/wellbeing").await.expect_text("Your vault is locked").expect_no_text("Quokkanote");
        let given = asked_to_open(&mut other, authenticator).await;
        assert_eq!(open(&mut other, &given).await.location.as_deref(), Some("/wellbeing/vault"));
        let note = only_note(&mut other).await;
        other.get(&note).await.expect_text("Quokkanote");
        other.post("/wellbeing/lock", &[]).await.expect_status(303);
    }
    // The passphrase works as before, and without any script.
    unlock(&mut other, PASSPHRASE).await.expect_status(303);
    let done = receipts(&mut other).await;
    let counts = ["Unlocked", "Unlocked with a passkey", "Passkey added"].map(|what| count(&done, what));
    assert_eq!(counts, [1, 2, 2], "{done:?}");
    let lengths = world.app.database.superuser_texts("select distinct length(sealed) from vault_receipts");
    assert_eq!(lengths.len(), 1, "{lengths:?}");

    // Removed from the vault, it opens it no longer; it still opens the account.
    let id = world.app.database.superuser_texts("select id from passkeys where name = 'Grey phone'").remove(0);
    member.get(PAGE).await;
    member.post(&format!("{PAGE}/{id}/remove"), &[]).await.expect_status(303);
    assert_eq!(count(&receipts(&mut member).await, "Passkey removed"), 1);
    // When a passkey opened the vault stands in its receipts, and not at the account, where others look.
    let used = "select count(last_used_at) from passkeys where name = 'Station tablet'";
    assert_eq!(world.app.database.superuser_texts(used), ["0"]);
    other.post("/wellbeing/lock", &[]).await;
    let given = asked_to_open(&mut other, &phone).await;
    assert_eq!(given.secret, "", "it is not asked for a secret any more");
    open(&mut other, &given).await.expect_status(422).expect_text("did not open your vault");
    // Removed from the account, the other one takes its wrap along.
    let id = world.app.database.superuser_texts("select id from passkeys where name = 'Station tablet'").remove(0);
    member.get("/account/factors").await;
    member.post(&format!("/account/factors/passkeys/{id}/remove"), &[]).await.expect_status(303);
    assert_eq!(
        world.app.database.superuser_texts("select kind from vault_wraps order by kind"),
        ["passphrase", "recovery"]
    );
    other.get("/wellbeing/unlock").await.expect_no_text("Unlock with a passkey");
    // The trail knows of the passkeys of the account, as before, and of nothing that was done with the vault.
    let since: Vec<String> = world.app.audited().split_off(trail.len());
    assert!(since.iter().all(|action| action.starts_with("factor.") || action.starts_with("session.")), "{since:?}");
}

#[actix_web::test]
async fn a_wrong_or_foreign_answer_opens_nothing_leaves_a_receipt_and_counts() {
    let world = World::new();
    let (mut member, mut phone) = prepared(&world).await;
    add(&mut member, &phone).await.expect_status(303);
    member.post("/wellbeing/lock", &[]).await;
    let given = asked_to_open(&mut member, &phone).await;
    // The right signature with another secret, or with none.
    let wrong = data_encoding::BASE64URL_NOPAD.encode(&[9; 32]);
    open(&mut member, &Given { secret: wrong, ..given })
        .await
        .expect_status(422)
        .expect_text("did not open your vault");
    let given = asked_to_open(&mut member, &phone).await;
    open(&mut member, &Given { secret: String::new(), ..given }).await.expect_status(422);
    // The right secret with another's signature, with a signature for another purpose, or with none.
    let secret = asked_to_open(&mut member, &phone).await.secret;
    let stranger = Authenticator::new();
    let mut given = asked_to_open(&mut member, &stranger).await;
    given.secret.clone_from(&secret);
    open(&mut member, &given).await.expect_status(422);
    member.get("/step-up").await;
    let made = member.post("/step-up/passkey/options", &[]).await.expect_status(200).json();
    let given = Given { secret: secret.clone(), ..phone.sign(&made) };
    open(&mut member, &given).await.expect_status(422);
    open(&mut member, &Given { ceremony: "x".to_owned(), credential: "{}".to_owned(), secret })
        .await
        .expect_status(422);
    // Nobody there to show a finger.
    phone.verifies = false;
    let given = asked_to_open(&mut member, &phone).await;
    open(&mut member, &given).await.expect_status(422);
    phone.verifies = true;
    // An answer for the vault proves nothing elsewhere.
    let given = asked_to_open(&mut member, &phone).await;
    member.post("/step-up/passkey", &given.fields()).await.expect_status(422);
    // A colleague's answer is none of this person's: a challenge is its person's.
    let mut colleague = world.app.browser(&world.colleague).await;
    set_up(&mut colleague, OTHER).await;
    colleague.post("/wellbeing/lock", &[]).await;
    colleague.get("/wellbeing/unlock").await.expect_no_text("Unlock with a passkey");
    open(&mut colleague, &given).await.expect_status(422);

    // Six were wrong; each stands in the list of its person. Four more, and one waits, with the right one too.
    for _ in 0..4 {
        unlock(&mut member, "a wrong passphrase").await.expect_status(422);
    }
    let given = asked_to_open(&mut member, &phone).await;
    open(&mut member, &given).await.expect_status(422).expect_text("Too many tries");
    world.app.clock.advance(SignedDuration::from_mins(16));
    let given = asked_to_open(&mut member, &phone).await;
    open(&mut member, &given).await.expect_status(303);
    let refused = receipts(&mut member).await;
    assert_eq!(count(&refused, "A wrong passphrase, code or passkey was tried"), 10, "{refused:?}");
}

#[actix_web::test]
async fn a_new_passphrase_or_code_leaves_passkeys_and_recovering_takes_them() {
    let world = World::new();
    let (mut member, phone) = prepared(&world).await;
    add(&mut member, &phone).await.expect_status(303);
    member.get("/wellbeing/vault/passphrase").await.expect_text("your passkeys go on to open it");
    let change = [("present", PASSPHRASE), ("passphrase", OTHER), ("again", OTHER)];
    member.post("/wellbeing/vault/passphrase", &change).await.expect_status(303);
    member.get("/wellbeing/vault/code").await;
    let code = code_of(&member.post("/wellbeing/vault/code", &[("passphrase", OTHER)]).await.expect_status(200));
    member.post("/wellbeing/lock", &[]).await;
    let given = asked_to_open(&mut member, &phone).await;
    open(&mut member, &given).await.expect_status(303);
    member.post("/wellbeing/lock", &[]).await;

    member.get("/wellbeing/recover").await.expect_text("Passkeys that unlocked your vault no longer do");
    let fields = [("code", code.as_str()), ("passphrase", PASSPHRASE), ("again", PASSPHRASE)];
    member.post("/wellbeing/recover", &fields).await.expect_status(200);
    let kinds = || world.app.database.superuser_texts("select kind from vault_wraps order by kind");
    assert_eq!(kinds(), ["passphrase", "recovery"]);
    // It is added anew by whoever still has it; starting over leaves none.
    add(&mut member, &phone).await.expect_status(303);
    assert_eq!(kinds().len(), 3);
    member.get("/wellbeing/vault/start-over").await;
    member.post("/wellbeing/vault/start-over", &[("word", "Remove")]).await.expect_status(303);
    assert_eq!(kinds(), Vec::<String>::new());
    assert_eq!(world.app.rows("passkeys"), 1, "the account keeps it");
}

#[actix_web::test]
async fn nothing_is_added_while_it_is_locked_and_no_row_is_made_past_the_page() {
    let world = World::new();
    let (mut member, phone) = prepared(&world).await;
    let made = asked_to_add(&mut member).await;
    member.post("/wellbeing/lock", &[]).await;
    let shut = member.post(PAGE, &phone.sign(&made).fields()).await.expect_status(303);
    assert!(shut.location.expect("a place").starts_with("/wellbeing/unlock"));
    for path in [format!("{PAGE}/options"), format!("{PAGE}/00000000-0000-7000-8000-000000000000/remove")] {
        assert_eq!(member.post(&path, &[]).await.status, 303, "{path}");
    }
    unlock(&mut member, PASSPHRASE).await.expect_status(303);
    // What comes back without a secret is not kept: it would open nothing.
    let made = asked_to_add(&mut member).await;
    let given = Given { secret: String::new(), ..phone.sign(&made) };
    member.post(PAGE, &given.fields()).await.expect_status(422).expect_text("not accepted");
    assert_eq!(world.app.rows("vault_wraps"), 2);

    // A wrap names a passkey of the same person, or the database refuses it.
    let mut colleague = world.app.browser(&world.colleague).await;
    set_up(&mut colleague, OTHER).await;
    let passkey = world.app.database.superuser_texts("select id from passkeys").remove(0);
    let insert = |kind: &str, passkey: &str| {
        format!(
            "insert into vault_wraps (organisation_id, id, person_id, kind, salt, params, sealed, created_at, passkey_id) \
             values ('{}', gen_random_uuid(), '{}', '{kind}', decode(repeat('00', 16), 'hex'), '{{}}', \
             decode(repeat('00', 80), 'hex'), now(), {passkey})",
            world.founded.organisation, world.colleague.id
        )
    };
    let theirs = || Context::from(&world.colleague);
    world.app.raw_write(theirs(), &insert("passkey", &format!("'{passkey}'"))).expect_err("somebody else's passkey");
    world.app.raw_write(theirs(), &insert("passkey", "null")).expect_err("no passkey");
    world.app.raw_write(theirs(), &insert("recovery", &format!("'{passkey}'"))).expect_err("a code has none");
}
