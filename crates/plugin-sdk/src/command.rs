//! Turns a command's name and its JSON arguments into the plugin's own enum, without a tree in between.

use std::fmt::{Display, Formatter};

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, VariantAccess,
    Visitor,
};

use crate::Fault;

/// Reads a command.
pub(crate) fn read<C: DeserializeOwned>(name: &str, args: &str) -> Result<C, Fault> {
    C::deserialize(Named { name, args }).map_err(|error| match error {
        Refusal::Unknown => Fault::new("unknown_command", format!("this plugin has no command `{name}`")),
        Refusal::Invalid(reason) => Fault::new("invalid_arguments", format!("`{name}`: {reason}")),
    })
}

#[derive(Debug)]
enum Refusal {
    Unknown,
    Invalid(String),
}

impl Display for Refusal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown => formatter.write_str("unknown command"),
            Self::Invalid(reason) => formatter.write_str(reason),
        }
    }
}

impl std::error::Error for Refusal {}

impl serde::de::Error for Refusal {
    fn custom<T: Display>(message: T) -> Self {
        Self::Invalid(message.to_string())
    }

    fn unknown_variant(_variant: &str, _expected: &'static [&'static str]) -> Self {
        Self::Unknown
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::Invalid(error.to_string())
    }
}

#[derive(Clone, Copy)]
struct Named<'a> {
    name: &'a str,
    args: &'a str,
}

impl Named<'_> {
    fn has_no_args(self) -> bool {
        matches!(self.args.trim(), "" | "null" | "{}")
    }
}

impl<'de> Deserializer<'de> for Named<'de> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_enum(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Named<'de> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Refusal> {
        let name: StrDeserializer<'de, Refusal> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Named<'de> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        if self.has_no_args() { Ok(()) } else { Err(Refusal::custom("it takes no arguments")) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refusal> {
        let mut json = serde_json::Deserializer::from_str(self.args);
        let value = seed.deserialize(&mut json)?;
        json.end()?;
        Ok(value)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Refusal> {
        Ok(serde_json::Deserializer::from_str(self.args).deserialize_tuple(len, visitor)?)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let args = if self.has_no_args() { "{}" } else { self.args };
        Ok(serde_json::Deserializer::from_str(args).deserialize_struct("", fields, visitor)?)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Command {
        Now,
        AskAgain { question: String, limit: Option<u32> },
        Learn(Vec<String>),
    }

    #[test]
    fn a_name_and_its_arguments_become_a_variant() {
        assert_eq!(read::<Command>("now", "null").unwrap(), Command::Now);
        assert_eq!(read::<Command>("now", "{}").unwrap(), Command::Now);
        let asked = Command::AskAgain { question: "why".into(), limit: None };
        assert_eq!(read::<Command>("ask-again", r#"{"question":"why"}"#).unwrap(), asked);
        assert_eq!(read::<Command>("learn", r#"["a"]"#).unwrap(), Command::Learn(vec!["a".into()]));
    }

    #[test]
    fn an_unknown_command_and_wrong_arguments_are_told_apart() {
        let code = |name, args| read::<Command>(name, args).unwrap_err().code().to_owned();
        assert_eq!(code("dance", "null"), "unknown_command");
        assert_eq!(code("now", "1"), "invalid_arguments");
        assert_eq!(code("ask-again", r#"{"limit":1}"#), "invalid_arguments");
        assert_eq!(code("learn", r#"["a"] x"#), "invalid_arguments");
        assert_eq!(code("learn", r#"["a""#), "invalid_arguments");
    }
}
