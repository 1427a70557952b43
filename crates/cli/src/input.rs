//! What a command asks of the person before it, and what it takes from standard input. Passwords are never arguments.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use center::request::Password;

use crate::failure::{Failure, Outcome};

/// A password: the next line of standard input if asked so, else typed unseen.
pub fn password(prompt: &str, from_stdin: bool) -> Outcome<Password> {
    if from_stdin {
        return line().map(Password);
    }
    if !is_interactive() {
        return Err(Failure::usage(
            "no password was given",
            "Give it on standard input with `--password-stdin`.",
        ));
    }
    let typed = rpassword::prompt_password(format!("{prompt}: "));
    typed.map(Password).map_err(|cause| Failure::io("cannot read the password", &cause))
}

/// A new password: typed twice, or one line of standard input.
pub fn new_password(prompt: &str, from_stdin: bool) -> Outcome<Password> {
    let first = password(prompt, from_stdin)?;
    if !from_stdin && password("The same again", false)?.0 != first.0 {
        return Err(Failure::usage("the two passwords differ", "Type it again."));
    }
    Ok(first)
}

/// Whether there is somebody to ask.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal()
}

/// Asks for yes or no; anything but a clear yes is no.
pub fn confirm(question: &str) -> Outcome<bool> {
    let answer = ask(&format!("{question} [y/N] "))?;
    Ok(matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Asks for a line.
pub fn ask(prompt: &str) -> Outcome<String> {
    let shown = io::stderr().write_all(prompt.as_bytes()).and_then(|()| io::stderr().flush());
    shown.map_err(|cause| Failure::io("cannot ask", &cause))?;
    line()
}

/// All of standard input, without its last line end.
pub fn all() -> Outcome<String> {
    let mut text = String::new();
    let read = io::stdin().lock().read_to_string(&mut text);
    read.map_err(|cause| Failure::io("cannot read standard input", &cause))?;
    Ok(without_line_end(text))
}

/// `text` without the line end that editors and `echo` add.
pub fn without_line_end(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
    }
    if text.ends_with('\r') {
        text.pop();
    }
    text
}

fn line() -> Outcome<String> {
    let mut text = String::new();
    let read = io::stdin().lock().read_line(&mut text);
    match read {
        Ok(0) => Err(Failure::usage("standard input ended before an answer", "Give one line per answer.")),
        Ok(_) => Ok(without_line_end(text)),
        Err(cause) => Err(Failure::io("cannot read standard input", &cause)),
    }
}
