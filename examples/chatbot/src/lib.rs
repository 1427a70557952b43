//! Answers questions from a list that its people teach it, by likeness of letters, in any language. What it does
//! not know it passes on to an agents' desk, by a signed link.

mod answers;
mod desk;

use std::sync::RwLock;

use answers::Answers;
use desk::Desk;
use plugin_sdk::{Call, Configured, Fault, Host, Plugin, Result, arguments, export_plugin, reply};
use serde::{Deserialize, Serialize};

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    provider: String,
    client_id: String,
    secret: String,
    threshold: f64,
    mode: Mode,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    BotFirst,
    BotOnly,
    AgentFirst,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Command {
    Ask { question: String },
    Learn { question: String, answer: String },
}

/// What the service `faq.answer` takes; it returns an [`Answer`].
#[derive(Deserialize)]
struct Asked {
    question: String,
}

#[derive(Serialize)]
struct Answer {
    /// `None`: nothing known is like the question.
    answer: Option<String>,
    /// How like the question the nearest known one is, from 0 to 1.
    similarity: f64,
    /// Where an agent helps.
    agent: Option<String>,
}

struct Chatbot {
    settings: RwLock<Settings>,
}

impl Plugin for Chatbot {
    type Config = Settings;
    type Command = Command;

    const MAX_CONCURRENCY: u32 = 4;

    fn start(settings: Settings, host: Host) -> Result<Self> {
        let known = Answers::of(host).count()?;
        tracing::info!(known, threshold = settings.threshold, "ready to answer");
        Ok(Self { settings: RwLock::new(settings) })
    }

    fn configure(&self, settings: Settings) -> Result<Configured> {
        *self.settings.write()? = settings;
        Ok(Configured::Applied)
    }

    fn test(settings: Settings, host: Host) -> Result<Option<String>> {
        if settings.secret.chars().count() < 8 {
            return Err(Fault::new("secret_too_short", "the client secret has fewer than 8 characters"));
        }
        Ok(Some(format!("complete; {} answers are known", Answers::of(host).count()?)))
    }

    fn invoke(&self, command: Command, call: Call) -> Result {
        let answers = Answers::of(call.host());
        match command {
            Command::Ask { question } => reply(&self.answer(answers, &question)?),
            Command::Learn { question, answer } => {
                answers.learn(&question, &answer)?;
                reply(&answers.count()?)
            }
        }
    }

    /// Other plugins ask as people do.
    fn service(&self, name: &str, args: &str, call: Call) -> Result {
        match name {
            "faq.answer" => {
                let Asked { question } = arguments(args)?;
                reply(&self.answer(Answers::of(call.host()), &question)?)
            }
            _ => Err(Fault::new("unsupported", format!("there is no service `{name}` here"))),
        }
    }
}

impl Chatbot {
    fn answer(&self, answers: Answers, question: &str) -> Result<Answer> {
        let settings = self.settings.read()?.clone();
        let (similarity, nearest) = answers.nearest(question)?.unwrap_or_default();
        let answer = Some(nearest).filter(|_| similarity > 0.0 && similarity >= settings.threshold);
        let agent = match settings.mode {
            Mode::BotOnly => false,
            Mode::BotFirst => answer.is_none(),
            Mode::AgentFirst => true,
        };
        let desk =
            Desk { address: &settings.provider, client: &settings.client_id, secret: &settings.secret };
        Ok(Answer { answer, similarity, agent: agent.then(|| desk.link(question)) })
    }
}

export_plugin!(Chatbot);
