//! The HCPC profile, as it leaves.

use std::io::{Cursor, Read};

use uuid::Uuid;

use super::super::duties::World;
use super::{PDF, added, attached};

/// The files of a ZIP, by name.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..archive.len())
        .map(|number| {
            let mut file = archive.by_index(number).expect("a file");
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("its content");
            (file.name().expect("a name").into_owned(), content)
        })
        .collect()
}

#[actix_web::test]
async fn the_profile_leaves_as_a_pdf_and_as_a_zip_with_the_evidence_of_what_was_chosen() {
    let world = World::new();
    let entry = added(&world, &world.member, &[]).await;
    let second = added(&world, &world.member, &[("title", "Paper on sepsis"), ("started_on", "2026-10-01")]).await;
    let old = added(&world, &world.member, &[("title", "Long ago"), ("started_on", "2020-01-01")]).await;
    let mut member = world.app.browser(&world.member).await;
    attached(&mut member, &entry, "certificate.pdf", PDF).await;
    attached(&mut member, &second, "notes.txt", b"Not chosen").await;
    let page = member.get("/cpd/profile/text").await;
    let statement = "What I did \u{1f692} and why";
    let fields = [
        ("revision", page.field("revision")),
        ("registrant", "yes".to_owned()),
        ("profession", "Paramedic".to_owned()),
        ("from", "2025-09-01".to_owned()),
        ("to", "2025-08-31".to_owned()),
        ("statement", statement.to_owned()),
    ];
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let wrong = member.post("/cpd/profile/text", &fields).await.expect_status(422);
    assert!(wrong.body.contains(statement), "what was typed stays");
    fields.retain(|(name, _value)| !["from", "to"].contains(name));
    member.post("/cpd/profile/text", &fields).await.expect_status(303);
    let id = |address: &str| address.trim_start_matches("/cpd/").to_owned();
    let page = member.get("/cpd/profile/entries").await.expect_text("Paper on sepsis").expect_no_text("Long ago");
    assert!(page.text().contains("Chosen so far: 0 activities"), "{}", page.text());
    let (chosen, other, outside) = (id(&entry), id(&second), id(&old));
    let strangers = Uuid::now_v7().to_string();
    let pick = [
        ("offered", chosen.as_str()),
        ("offered", &other),
        ("offered", &outside),
        ("offered", &strangers),
        ("picked", &chosen),
        ("picked", &outside),
        ("picked", &strangers),
    ];
    member.post("/cpd/profile/entries", &pick).await.expect_status(303);
    // What was chosen for another period is no part of this one.
    member
        .get("/cpd/profile")
        .await
        .expect_text("1 activity chosen, 1 with evidence")
        .expect_text("1 Sep 2025 to 31 Aug 2027");
    member
        .get("/cpd/profile/preview")
        .await
        .expect_text("1.1 certificate.pdf")
        .expect_text("shows a mark in their place: \u{1f692}")
        .expect_text("1 Oct 2026: Paper on sepsis")
        .expect_no_text("Long ago");

    let pdf = member.get("/cpd/profile.pdf").await.expect_status(200);
    assert!(pdf.bytes.starts_with(b"%PDF-1.7") && pdf.bytes.len() > 5_000);
    assert!(pdf.header("content-disposition").contains("cpd-profile-2026-11-22.pdf"));
    let files = unpacked(&member.get("/cpd/profile.zip").await.expect_status(200).bytes);
    let names: Vec<&str> = files.iter().map(|(name, _content)| name.as_str()).collect();
    assert_eq!(names, ["CPD profile.pdf", "evidence/1.1 certificate.pdf", "MANIFEST.txt"]);
    assert_eq!((files[0].1.as_slice(), files[1].1.as_slice()), (pdf.bytes.as_slice(), PDF));
    let manifest = String::from_utf8_lossy(&files[2].1);
    assert!(manifest.lines().any(|line| line.ends_with("  evidence/1.1 certificate.pdf")), "{manifest}");
    let exported = world.app.audited().into_iter().filter(|action| action == "cpd.export").count();
    assert_eq!(exported, 2, "each download is on record");
}
