//! The window's own texts, so that the tour says each thing once and finds it in every language.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// All texts of one language, by area and key.
pub struct Words(Value);

impl Words {
    /// Of `en` or `zh-CN`.
    pub fn of(locale: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/locales").join(locale);
        let files = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let areas = files.map(|file| {
            let path = file.expect("a file").path();
            let area = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let texts = fs::read_to_string(&path).expect("a text file");
            (area, serde_json::from_str(&texts).expect("JSON"))
        });
        Self(Value::Object(areas.collect()))
    }

    /// Whether there is a text at `area.key`.
    #[allow(dead_code, reason = "a tour knows what there is")]
    pub fn has(&self, key: &str) -> bool {
        self.text(key).is_some()
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.pointer(&format!("/{}", key.replace('.', "/"))).and_then(Value::as_str)
    }

    /// The text at `area.key`, with `{{name}}` replaced by each value.
    ///
    /// # Panics
    /// If there is no such text.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.text(key).unwrap_or_else(|| panic!("the window has no text `{key}`")).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{{{name}}}}}"), value);
        }
        text
    }
}
