//! A browser without a window, driven over its DevTools protocol: what a page logs, loads and shows.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::common::{DEADLINE, PAUSE};

/// A browser of this machine, if there is one.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("LOGITBENCH_BROWSER") {
        return Some(named.into());
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

/// One page in a browser of its own, which ends with it.
pub struct Browser {
    process: Child,
    socket: WebSocket<TcpStream>,
    session: String,
    next: u64,
    /// What the page logged as an error, or did not catch.
    pub errors: Vec<String>,
    /// What the page asked for.
    pub requests: Vec<String>,
}

impl Browser {
    /// Starts a browser whose window is so many pixels wide; `profile` is an empty folder.
    pub fn start(program: &Path, profile: &Path, width: u32) -> Browser {
        let mut process = Command::new(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg("--disable-dev-shm-usage")
            .args(["--remote-debugging-port=0", &format!("--window-size={width},1000"), "about:blank"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The browser says where it listens. A thread reads on, because a full pipe would hold the browser.
        let stderr = BufReader::new(process.stderr.take().unwrap());
        let (sender, addresses) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("listening on ws://") {
                    let _ = sender.send(address.trim().to_owned());
                }
            }
        });
        let address = addresses.recv_timeout(DEADLINE).unwrap_or_else(|_| {
            let _ = process.kill();
            panic!("{} does not say where it listens", program.display())
        });
        let host = address.split('/').next().unwrap().to_owned();
        let stream = TcpStream::connect(&host).unwrap();
        // A first start on a busy machine takes seconds to answer: the limit is for browsers that hang.
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let (socket, _) = tungstenite::client(format!("ws://{address}"), stream).unwrap();
        let mut browser =
            Browser { process, socket, session: String::new(), next: 0, errors: Vec::new(), requests: Vec::new() };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}), None);
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", attach, None)["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"] {
            browser.call(domain, json!({}), Some(&session));
        }
        browser.session = session;
        browser
    }

    /// Opens a file and waits until it is loaded.
    pub fn open(&mut self, page: &Path) {
        self.command("Page.navigate", json!({"url": format!("file://{}", page.display())}));
        self.wait_for("document.readyState === 'complete' && location.protocol === 'file:'");
    }

    /// The value of an expression in the page; a promise is waited for.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        self.attempt(expression).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// The value of an expression, or why the browser did not evaluate it.
    fn attempt(&mut self, expression: &str) -> Result<Value, Value> {
        let arguments = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let session = self.session.clone();
        let answer = self.ask("Runtime.evaluate", arguments, Some(&session))?;
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        Ok(answer["result"]["value"].clone())
    }

    /// Waits until an expression is true. While one page replaces another the browser evaluates nothing, and is asked again.
    pub fn wait_for(&mut self, expression: &str) {
        let begun = Instant::now();
        while self.attempt(expression) != Ok(Value::Bool(true)) {
            assert!(begun.elapsed() < DEADLINE, "not so after {DEADLINE:?}: {expression}; errors: {:?}", self.errors);
            std::thread::sleep(PAUSE);
        }
    }

    /// Waits until the page has logged an error with each of these texts.
    pub fn wait_for_errors(&mut self, texts: &[&str]) {
        let begun = Instant::now();
        while !texts.iter().all(|text| self.errors.iter().any(|error| error.contains(text))) {
            assert!(begun.elapsed() < DEADLINE, "not all of {texts:?} after {DEADLINE:?}: {:?}", self.errors);
            // Events come with answers.
            self.evaluate("true");
            std::thread::sleep(PAUSE);
        }
    }

    /// Clicks the middle of the first element of a selector, as a mouse would.
    pub fn click(&mut self, selector: &str) {
        let place = self.evaluate(&format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
             const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.command("Input.dispatchMouseEvent", event);
        }
    }

    /// A command to the page.
    pub fn command(&mut self, method: &str, parameters: Value) -> Value {
        let session = self.session.clone();
        self.call(method, parameters, Some(&session))
    }

    fn call(&mut self, method: &str, parameters: Value, session: Option<&str>) -> Value {
        self.ask(method, parameters, session).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The browser's answer, or its refusal.
    fn ask(&mut self, method: &str, parameters: Value, session: Option<&str>) -> Result<Value, Value> {
        self.next += 1;
        let mut message = json!({"id": self.next, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).unwrap();
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < DEADLINE, "no answer to {method} after {DEADLINE:?}");
            let message = self.socket.read().unwrap_or_else(|error| panic!("no answer to {method}: {error}"));
            let Message::Text(text) = message else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == self.next {
                let error = &answer["error"];
                return if error.is_null() { Ok(answer["result"].clone()) } else { Err(error.clone()) };
            }
            self.observe(&answer);
        }
    }

    fn observe(&mut self, event: &Value) {
        let parameters = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => self.errors.push(parameters["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled"
                if ["error", "warning", "assert"].iter().any(|kind| parameters["type"] == *kind) =>
            {
                self.errors.push(parameters["args"].to_string());
            }
            "Log.entryAdded" if parameters["entry"]["level"] != "verbose" => {
                self.errors.push(parameters["entry"].to_string());
            }
            "Network.requestWillBeSent" => {
                self.requests.push(parameters["request"]["url"].as_str().unwrap_or_default().to_owned());
            }
            _ => {}
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
