//! What a page tells its layout, and what the edge tells it about the request.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Value, json};

use super::form::FieldError;
use super::{Markup, ViewsError};

/// The name of the product, as people read it.
pub const PRODUCT: &str = "Watchroom";

/// The name of the hidden form field that carries the CSRF token.
pub const CSRF_FIELD: &str = "csrf";

/// The context of one page template. Its fields are what the template may name.
pub trait PageContext: Serialize {
    /// The template below `templates/pages/`, without `.hbs`: `duties/list`.
    const TEMPLATE: &'static str;

    /// The [`NavItem::section`] to mark as current; empty for none.
    const SECTION: &'static str = "";

    /// What the page is: its `h1`, and the first part of the browser's title. No names of people on wellbeing pages.
    fn title(&self) -> Cow<'_, str>;

    /// The way here, outermost first, without the page itself. None for top pages.
    fn breadcrumbs(&self) -> Vec<Crumb> {
        Vec::new()
    }

    /// What is wrong with the form on it: the error summary, and "Error: " before the title.
    fn errors(&self) -> &[FieldError] {
        &[]
    }

    /// An example that fills every part of the page.
    fn sample() -> Self
    where
        Self: Sized;

    /// All examples that the render test tries: override it to add the empty list, the form with errors, and so on.
    fn samples() -> Vec<Self>
    where
        Self: Sized,
    {
        vec![Self::sample()]
    }
}

/// One step of the way to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Crumb {
    /// What it is called.
    pub text: String,
    /// Where it is.
    pub href: String,
}

impl Crumb {
    /// A step called `text` at `href`.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// One entry of the navigation below the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NavItem {
    /// The area of the bar that it belongs to; an area with one entry shows as that entry.
    pub area: Cow<'static, str>,
    /// What [`PageContext::SECTION`] names.
    pub section: Cow<'static, str>,
    /// What it is called.
    pub text: String,
    /// Where it is.
    pub href: String,
}

impl NavItem {
    /// An entry of `area` for `section`, called `text`, at `href`.
    pub fn new(
        area: impl Into<Cow<'static, str>>,
        section: impl Into<Cow<'static, str>>,
        text: impl Into<String>,
        href: impl Into<String>,
    ) -> Self {
        Self { area: area.into(), section: section.into(), text: text.into(), href: href.into() }
    }
}

/// A message after a redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flash {
    /// Whether what was asked for was done; else it is a notice.
    pub success: bool,
    /// One sentence, or few.
    pub text: String,
    /// A quieter line below: what another program said of it, for whoever mends things.
    pub source: Option<String>,
}

impl Flash {
    /// What was asked for was done.
    pub fn success(text: impl Into<String>) -> Self {
        Self { success: true, text: text.into(), source: None }
    }

    /// Something that the person should know.
    pub fn notice(text: impl Into<String>) -> Self {
        Self { success: false, text: text.into(), source: None }
    }

    /// The same, with what another program said of it.
    pub fn from_source(self, source: Option<&str>) -> Self {
        Self { source: source.map(str::to_owned), ..self }
    }
}

/// What is around every page; the edge makes one per request.
#[derive(Debug, Clone, Serialize)]
pub struct Layout {
    /// The organisation's name; `None` before it is set up, or when it must not be told.
    pub organisation: Option<String>,
    /// The signed-in person's name; `None` when nobody is signed in.
    pub person: Option<String>,
    /// The sections that this person may open.
    pub navigation: Vec<NavItem>,
    /// The token that `{{csrf}}` writes into forms.
    pub csrf: String,
    /// The id that errors and logs share.
    pub request_id: String,
    /// Messages to show once.
    pub flash: Vec<Flash>,
    /// How many notices they have not read; `None` where there is no bell.
    pub unread: Option<i64>,
    /// What whoever looks after the appliance has to hear, on the pages on which they do.
    pub alarm: Option<String>,
    /// As whom somebody looks at the console who looks at it as a role, on made-up records.
    pub preview: Option<String>,
    /// The address of the organisation's own colours, made by [`super::brand`]; `None` for ours.
    pub brand_href: Option<String>,
}

impl Layout {
    /// The layout for somebody who is not signed in.
    pub fn anonymous(csrf: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            organisation: None,
            person: None,
            navigation: Vec::new(),
            csrf: csrf.into(),
            request_id: request_id.into(),
            flash: Vec::new(),
            unread: None,
            alarm: None,
            preview: None,
            brand_href: None,
        }
    }

    /// The layout of somebody signed in, with messages and navigation, for tests.
    pub fn sample() -> Self {
        Self {
            organisation: Some("Northmoor Fire and Rescue Service".to_owned()),
            person: Some("Jo Marsh".to_owned()),
            navigation: vec![
                NavItem::new("My hours", "duties", "My duties", "/duties"),
                NavItem::new("My hours", "timesheets", "Timesheets", "/timesheets"),
                NavItem::new("Team", "team", "Team hours", "/team"),
                NavItem::new("People", "people", "People", "/people"),
                NavItem::new("Console", "plugins", "Plugins", "/plugins"),
                NavItem::new("Console", "imports", "Imports", "/imports"),
                NavItem::new("Assurance", "audit", "Audit", "/audit"),
            ],
            unread: Some(3),
            alarm: Some("2 messages by e-mail were given up.".to_owned()),
            flash: vec![Flash::success("Duty saved.").from_source(Some("The server said: 250 Ok"))],
            ..Self::anonymous("sample-token", "0192f0c1-7a52-7c3e-9a55-0123456789ab")
        }
    }

    /// The context of the layout template around `body`.
    pub(super) fn frame<P: PageContext>(&self, page: &P, body: &Markup) -> Result<Value, ViewsError> {
        let title = page.title();
        let errors = page.errors();
        let section = self.navigation.iter().find(|item| item.section == P::SECTION);
        let parts = [Some(title.as_ref()), section.map(|item| item.text.as_str()), Some(PRODUCT)];
        let mut parts: Vec<&str> = parts.into_iter().flatten().collect();
        parts.dedup();
        let head = format!("{}{}", if errors.is_empty() { "" } else { "Error: " }, parts.join(" – "));
        let links: Vec<Value> =
            errors.iter().map(|error| json!({"href": format!("#{}", error.field), "text": error.message})).collect();
        Ok(json!({
            "layout": serde_json::to_value(self)?,
            "product": PRODUCT,
            "version": env!("CARGO_PKG_VERSION"),
            "head": head,
            "navigation": self.areas(P::SECTION),
            "sections": section.and_then(|section| self.sections(section)),
            "breadcrumbs": page.breadcrumbs(),
            "errors": links,
            "bell": self.unread.map(|unread| bell(unread)),
            "alarm": self.alarm.as_deref().filter(|_alarm| P::SECTION == ADMINISTRATION),
            "body": body,
        }))
    }

    /// The bar: each area once, leading to its first entry.
    fn areas(&self, section: &str) -> Vec<Value> {
        let mut areas: Vec<(&NavItem, bool, bool)> = Vec::new();
        for item in &self.navigation {
            let here = item.section == section;
            match areas.iter_mut().find(|(first, ..)| first.area == item.area) {
                Some((_first, several, active)) => (*several, *active) = (true, *active || here),
                None => areas.push((item, false, here)),
            }
        }
        let shown = areas.into_iter().map(|(first, several, active)| {
            json!({"text": if several { &first.area } else { first.text.as_str() }, "href": first.href, "active": active})
        });
        shown.collect()
    }

    /// The row below the bar: the entries of the area that one is in, if there are several.
    fn sections(&self, current: &NavItem) -> Option<Value> {
        let items = self.navigation.iter().filter(|item| item.area == current.area);
        let items: Vec<Value> = items
            .map(|item| json!({"text": item.text, "href": item.href, "active": item.section == current.section}))
            .collect();
        (items.len() > 1).then(|| json!({"area": current.area, "items": items}))
    }
}

/// The section whose pages show what is wrong with the appliance.
const ADMINISTRATION: &str = "organisation";

/// What the bell says: a number to see, and words to hear.
fn bell(unread: i64) -> Value {
    let shown = if unread > 99 { "99+".to_owned() } else { unread.to_string() };
    let words = match unread {
        0 => "Notifications: none unread".to_owned(),
        unread => format!("Notifications: {unread} unread"),
    };
    json!({"shown": shown, "words": words, "rings": unread > 0})
}
