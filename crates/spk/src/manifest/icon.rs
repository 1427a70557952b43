//! Whether an icon is nothing but a picture. Sees bytes only; draws nothing.

use super::Defect;
use crate::Limits;
use roxmltree::{Document, Node, ParsingOptions};

/// Elements that run, embed or animate something into being a link.
const FORBIDDEN: [&str; 11] = [
    "script",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "handler",
    "listener",
    "audio",
    "video",
    "a",
    "set",
];

/// All defects of the icon at `path` in the package.
pub(super) fn check(path: &str, bytes: &[u8]) -> Vec<Defect> {
    if bytes.len() as u64 > Limits::ICON {
        let message = format!("the icon is larger than {} KiB", Limits::ICON / 1024);
        return vec![Defect::new(path, "icon_too_large", message)];
    }
    match extension(path).as_str() {
        "svg" => check_svg(path, bytes),
        "png" if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Vec::new(),
        "png" => vec![Defect::new(path, "icon_not_png", "the icon is not a PNG picture")],
        _ => vec![
            Defect::new(path, "icon_kind", "the icon is neither SVG nor PNG")
                .hint("name it `.svg` or `.png`"),
        ],
    }
}

fn extension(path: &str) -> String {
    path.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase())
}

fn check_svg(path: &str, bytes: &[u8]) -> Vec<Defect> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return vec![Defect::new(path, "icon_not_svg", "the icon is not UTF-8")];
    };
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 50_000, ..ParsingOptions::default() };
    match Document::parse_with_options(text, options) {
        Ok(document) => check_document(path, &document),
        Err(roxmltree::Error::DtdDetected) => {
            let message = "the icon has a document type, through which it could name entities";
            vec![Defect::new(path, "icon_doctype", message).hint("remove `<!DOCTYPE …>`")]
        }
        Err(error) => {
            vec![Defect::new(path, "icon_not_svg", format!("the icon is not well-formed XML: {error}"))]
        }
    }
}

fn check_document(path: &str, document: &Document) -> Vec<Defect> {
    let mut defects = Vec::new();
    if !document.root_element().tag_name().name().eq_ignore_ascii_case("svg") {
        defects.push(Defect::new(path, "icon_not_svg", "the icon's root is not `svg`"));
    }
    for node in document.descendants() {
        match node.is_element() {
            true => check_element(path, node, &mut defects),
            false if node.is_pi() => {
                let message = "the icon has a processing instruction, which could name a style sheet";
                defects.push(Defect::new(path, "icon_reference", message));
            }
            false => {}
        }
    }
    defects
}

fn check_element(path: &str, node: Node, defects: &mut Vec<Defect>) {
    let name = node.tag_name().name().to_ascii_lowercase();
    let mut refuse = |code, message: String| defects.push(Defect::new(path, code, message));
    if FORBIDDEN.contains(&name.as_str()) {
        let code = if name == "script" { "icon_script" } else { "icon_element" };
        refuse(code, format!("the icon has a `{}` element", super::shorten(node.tag_name().name())));
    }
    if name == "style" && node.descendants().filter_map(|n| n.text()).any(reaches_out) {
        refuse("icon_reference", "a style sheet of the icon refers to something outside".to_owned());
    }
    for attribute in node.attributes() {
        let key = attribute.name().to_ascii_lowercase();
        let shown = super::shorten(attribute.name());
        if key.starts_with("on") {
            refuse("icon_script", format!("the icon has the attribute `{shown}`"));
        } else if matches!(key.as_str(), "href" | "src" | "base") && !is_inside(attribute.value()) {
            refuse("icon_reference", format!("`{shown}` of a `{name}` element refers to something outside"));
        } else if reaches_out(attribute.value()) || retargets(&name, &key, attribute.value()) {
            refuse(
                "icon_reference",
                format!("`{shown}` of a `{name}` element may refer to something outside"),
            );
        }
    }
}

/// `#part` of the icon itself, or a picture inside the attribute.
fn is_inside(reference: &str) -> bool {
    let reference = reference.trim();
    let pictures = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];
    reference.is_empty() || reference.starts_with('#') || pictures.iter().any(|p| reference.starts_with(p))
}

/// A `url(…)` that is not `url(#part)`, an import, an escape that could hide either, or a script address.
fn reaches_out(style: &str) -> bool {
    let plain: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let outside =
        plain.split("url(").skip(1).any(|rest| !rest.trim_start_matches(['"', '\'']).starts_with('#'));
    let escape =
        plain.contains('\\') && (plain.contains("url") || plain.contains('@') || plain.contains('('));
    outside
        || escape
        || plain.contains("@import")
        || plain.contains("javascript:")
        || plain.contains("image-set(")
}

/// An animation that writes to a reference or an event attribute.
fn retargets(element: &str, key: &str, value: &str) -> bool {
    let target = value.trim().to_ascii_lowercase();
    element.starts_with("animate")
        && key == "attributename"
        && (target.ends_with("href") || target.starts_with("on"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(svg: &str) -> Vec<&'static str> {
        check("web/icon.svg", svg.as_bytes()).into_iter().map(|defect| defect.code).collect()
    }

    fn within(inside: &str) -> Vec<&'static str> {
        codes(&format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</svg>"#
        ))
    }

    #[test]
    fn a_plain_picture_is_accepted() {
        let inside = r##"<defs><linearGradient id="g"/></defs><style>.a{fill:url(#g)}</style>
            <path class="a" d="M0 0L1 1" fill="url('#g')" style="stroke:#fff"/><use xlink:href="#g"/>
            <image href="data:image/png;base64,AAAA"/>"##;
        assert_eq!(within(inside), Vec::<&str>::new());
        assert!(check("a/icon.png", b"\x89PNG\r\n\x1a\n...").is_empty());
    }

    #[test]
    fn an_icon_that_does_more_than_show_is_refused() {
        let table = [
            ("<script>alert(1)</script>", "icon_script"),
            ("<SCRIPT/>", "icon_script"),
            (r#"<path onload="x()"/>"#, "icon_script"),
            (r#"<path ONCLICK="x()"/>"#, "icon_script"),
            ("<foreignObject/>", "icon_element"),
            ("<iframe/>", "icon_element"),
            (r#"<image href="https://example.com/x.png"/>"#, "icon_reference"),
            (r#"<use xlink:href="other.svg#a"/>"#, "icon_reference"),
            (r#"<image href="data:image/svg+xml;base64,AA"/>"#, "icon_reference"),
            (r#"<path style="fill:url(https://example.com/a)"/>"#, "icon_reference"),
            (r#"<path fill="u&#114;l(//example.com/a)"/>"#, "icon_reference"),
            (r#"<path style="fill:\75rl(//example.com/a)"/>"#, "icon_reference"),
            ("<style>@import 'x.css';</style>", "icon_reference"),
            (r#"<?xml-stylesheet href="x.css"?>"#, "icon_reference"),
            (r#"<animate attributeName="xlink:href" to="x"/>"#, "icon_reference"),
        ];
        for (inside, code) in table {
            assert_eq!(within(inside), [code], "{inside}");
        }
    }

    #[test]
    fn a_file_that_is_no_safe_picture_is_refused() {
        let entity = r#"<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>"#;
        assert_eq!(codes(entity), ["icon_doctype"]);
        assert_eq!(codes("<svg"), ["icon_not_svg"]);
        assert_eq!(codes("<html/>"), ["icon_not_svg"]);
        assert_eq!(check("icon.svg", &[0xff, 0xfe])[0].code, "icon_not_svg");
        assert_eq!(check("icon.png", b"GIF89a")[0].code, "icon_not_png");
        assert_eq!(check("icon.gif", b"GIF89a")[0].code, "icon_kind");
        assert_eq!(check("icon.png", &vec![0; Limits::ICON as usize + 1])[0].code, "icon_too_large");
    }
}
