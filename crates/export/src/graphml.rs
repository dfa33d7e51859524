//! GraphML, as networkx, igraph, yEd and Gephi read it.
//!
//! Times are attributes in RFC 3339, since GraphML has no notion of time. Links are edges from the
//! account whose key sorts first, with `is_directed` false, as in [`crate::gexf`].
//!
//! Memory: 16 bytes and overhead for each account.

use std::io::Write;

use crate::ExportError;
use crate::network::{
    AttributeType, EDGE_ATTRIBUTES, NODE_ATTRIBUTES, Network, graph_records_without_place,
};
use crate::records::{Account, Edge, ExportCounts, Link, RecordWriter};
use crate::xml_text::XmlDocument;

/// Writes GraphML.
pub struct GraphmlWriter<W: Write> {
    xml: XmlDocument<W>,
    network: Network,
}

impl<W: Write> GraphmlWriter<W> {
    /// Begins the document.
    pub fn new(out: W) -> Result<Self, ExportError> {
        let mut xml = XmlDocument::new(out)?;
        let graphml = [
            ("xmlns", "http://graphml.graphdrawing.org/xmlns"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
            ),
        ];
        xml.open("graphml", &graphml)?;
        write_key(&mut xml, "node", "label", AttributeType::Text)?;
        for (name, attribute_type) in NODE_ATTRIBUTES {
            write_key(&mut xml, "node", name, attribute_type)?;
        }
        write_key(&mut xml, "edge", "weight", AttributeType::Number)?;
        for (name, attribute_type) in EDGE_ATTRIBUTES {
            write_key(&mut xml, "edge", name, attribute_type)?;
        }
        xml.open("graph", &[("id", "entangle"), ("edgedefault", "directed")])?;
        Ok(GraphmlWriter {
            xml,
            network: Network::new("GraphML"),
        })
    }

    fn write_edge(&mut self, arc: &crate::network::Arc) -> std::io::Result<()> {
        let ends = [
            ("id", arc.id.as_str()),
            ("source", &arc.from),
            ("target", &arc.to),
        ];
        self.xml.open("edge", &ends)?;
        self.write_data("edge", "weight", Some(&arc.weight.to_string()))?;
        for ((name, _), value) in EDGE_ATTRIBUTES.iter().zip(&arc.values) {
            self.write_data("edge", name, value.as_deref())?;
        }
        self.xml.close("edge")
    }

    fn write_data(&mut self, of: &str, name: &str, value: Option<&str>) -> std::io::Result<()> {
        match value {
            Some(value) => self
                .xml
                .text("data", &[("key", &format!("{of}_{name}"))], value),
            None => Ok(()),
        }
    }
}

fn write_key<W: Write>(
    xml: &mut XmlDocument<W>,
    of: &str,
    name: &str,
    attribute_type: AttributeType,
) -> std::io::Result<()> {
    let key = [
        ("id", format!("{of}_{name}")),
        ("for", of.to_owned()),
        ("attr.name", name.to_owned()),
        ("attr.type", attribute_type.as_str().to_owned()),
    ];
    let key = key
        .each_ref()
        .map(|(attribute, value)| (*attribute, value.as_str()));
    xml.empty("key", &key)
}

impl<W: Write> RecordWriter for GraphmlWriter<W> {
    graph_records_without_place!();

    fn account(&mut self, account: &Account) -> Result<(), ExportError> {
        let Some(node) = self.network.node(account)? else {
            return Ok(());
        };
        self.xml.open("node", &[("id", &node.id)])?;
        self.write_data("node", "label", Some(&node.label))?;
        for ((name, _), value) in NODE_ATTRIBUTES.iter().zip(&node.values) {
            self.write_data("node", name, value.as_deref())?;
        }
        self.xml.close("node")?;
        Ok(())
    }

    fn edge(&mut self, edge: &Edge) -> Result<(), ExportError> {
        if let Some(arc) = self.network.edge(edge)? {
            self.write_edge(&arc)?;
        }
        Ok(())
    }

    fn link(&mut self, link: &Link) -> Result<(), ExportError> {
        if let Some(arc) = self.network.link(link)? {
            self.write_edge(&arc)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ExportCounts, ExportError> {
        self.network.end()?;
        self.xml.close("graph")?;
        self.xml.close("graphml")?;
        self.xml.end()?;
        Ok(self.network.counts.clone())
    }
}
