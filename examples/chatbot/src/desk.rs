//! The link to the agents' desk. Its signature tells the desk that the link is this plugin's.

pub struct Desk<'a> {
    pub address: &'a str,
    pub client: &'a str,
    pub secret: &'a str,
}

impl Desk<'_> {
    /// `<address>/ask?client=…&question=…&signature=…`, signed over what is between `?` and `&signature`.
    pub fn link(&self, question: &str) -> String {
        let query = format!("client={}&question={}", escape(self.client), escape(question));
        let key = blake3::derive_key("com.example.chatbot agents' desk 1", self.secret.as_bytes());
        let signature = blake3::keyed_hash(&key, query.as_bytes()).to_hex();
        format!("{}/ask?{query}&signature={signature}", self.address.trim_end_matches('/'))
    }
}

/// Percent-encodes all but the characters that no URL gives a meaning.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_depends_on_the_secret_and_shows_none_of_it() {
        let link = |secret| Desk { address: "https://a.example/", client: "c 1", secret }.link("密?&x=1");
        assert!(
            link("hunter22")
                .starts_with("https://a.example/ask?client=c%201&question=%E5%AF%86%3F%26x%3D1&signature=")
        );
        assert_ne!(link("hunter22"), link("hunter23"));
        assert!(!link("hunter22").contains("hunter22"));
    }
}
