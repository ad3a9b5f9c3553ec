//! Writing the XML parts.

use std::fmt::Write;

/// The namespace of GB/T 33190-2016.
const NAMESPACE: &str = "http://www.ofdspec.org/2016";

/// An XML part being written: elements of the namespace `ofd`.
pub(super) struct XmlWriter {
    text: String,
    open: Vec<&'static str>,
}

impl XmlWriter {
    /// A part with this root.
    pub(super) fn new(root: &'static str, attributes: &[(&str, &str)]) -> Self {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        let mut out = XmlWriter { text, open: Vec::new() };
        out.start(root, &[&[("xmlns:ofd", NAMESPACE)], attributes].concat());
        out
    }

    pub(super) fn start(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push('>');
        self.open.push(name);
    }

    pub(super) fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.close(name);
        }
    }

    /// An element without contents.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str("/>");
    }

    /// An element that holds text.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.tag(name, attributes);
        self.text.push('>');
        self.escaped(text);
        self.close(name);
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.end();
        }
        self.text.into_bytes()
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.text, "<ofd:{name}");
        for (name, value) in attributes {
            let _ = write!(self.text, " {name}=\"");
            self.escaped(value);
            self.text.push('"');
        }
    }

    fn close(&mut self, name: &str) {
        let _ = write!(self.text, "</ofd:{name}>");
    }

    fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_would_read_otherwise_is_escaped() {
        let mut out = XmlWriter::new("Page", &[]);
        out.text("TextCode", &[("X", "\"<&>\"")], "<ofd:A>&amp;\"'");
        out.start("Content", &[]);
        out.empty("Layer", &[("ID", "1")]);
        let text = String::from_utf8(out.finish()).unwrap();
        assert_eq!(
            text.split_once('\n').unwrap().1,
            "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\">\
             <ofd:TextCode X=\"&quot;&lt;&amp;&gt;&quot;\">&lt;ofd:A&gt;&amp;amp;&quot;'</ofd:TextCode>\
             <ofd:Content><ofd:Layer ID=\"1\"/></ofd:Content></ofd:Page>"
        );
    }
}
