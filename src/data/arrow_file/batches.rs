//! From the messages of a file or stream to columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{MessageHeader, Schema as WrittenSchema};
use arrow_schema::{ArrowError, Schema};
use arrow_select::take::take;

use super::messages::{self, Message, damaged};
use super::values::{unreadable, values};
use crate::data::shown;
use crate::data::typed::{TypedColumns, Values};

/// All columns of a file or stream.
pub fn all_columns(bytes: &Buffer) -> Result<TypedColumns, String> {
    let Some(footer) = messages::footer(bytes)? else {
        let (first, mut place) = messages::at(bytes, 0)?.ok_or("it has no columns and no rows")?;
        let mut batches = Batches::new(first.metadata.header_as_schema())?;
        while let Some((message, behind)) = messages::at(bytes, place)? {
            batches.add(&message)?;
            place = behind;
        }
        return batches.columns();
    };
    let mut batches = Batches::new(footer.schema())?;
    let blocks = footer.dictionaries().into_iter().flatten().chain(footer.recordBatches().into_iter().flatten());
    for block in blocks {
        let message =
            usize::try_from(block.offset()).ok().map(|place| messages::at(bytes, place)).transpose()?.flatten();
        let (message, _) = message.ok_or_else(|| damaged("the place of a message"))?;
        batches.add(&message)?;
    }
    batches.columns()
}

/// The batches read so far.
struct Batches {
    schema: Arc<Schema>,
    /// Places of the columns that can be read.
    readable: Vec<usize>,
    dictionaries: HashMap<i64, ArrayRef>,
    /// The parts of each of these columns, without dictionaries.
    parts: Vec<Vec<ArrayRef>>,
    rows: usize,
}

fn told(error: ArrowError) -> String {
    damaged(&shown(&error.to_string()))
}

impl Batches {
    fn new(written: Option<WrittenSchema<'_>>) -> Result<Batches, String> {
        let written = written.ok_or("it does not begin with its columns, so it is no Arrow file or stream")?;
        if !written.endianness().equals_to_target_endianness() {
            return Err(
                "its numbers have their bytes in the other order: write it on a machine like this one".to_owned()
            );
        }
        let schema = Arc::new(try_fb_to_schema(written).map_err(told)?);
        let readable: Vec<usize> =
            (0..schema.fields().len()).filter(|&place| unreadable(schema.field(place).data_type()).is_none()).collect();
        let parts = vec![Vec::new(); readable.len()];
        Ok(Batches { schema, readable, dictionaries: HashMap::new(), parts, rows: 0 })
    }

    fn add(&mut self, message: &Message<'_>) -> Result<(), String> {
        let (metadata, body) = (&message.metadata, &message.body);
        let version = metadata.version();
        if let Some(batch) = metadata.header_as_dictionary_batch() {
            return read_dictionary(body, batch, &self.schema, &mut self.dictionaries, &version).map_err(told);
        }
        let batch = metadata.header_as_record_batch();
        let batch = batch.filter(|_| metadata.header_type() == MessageHeader::RecordBatch);
        let batch = batch.ok_or("it has tensors, which are no table: write a table of columns")?;
        let (schema, readable) = (self.schema.clone(), Some(&self.readable[..]));
        let rows = read_record_batch(body, batch, schema, &self.dictionaries, readable, &version).map_err(told)?;
        self.rows += rows.num_rows();
        for (parts, column) in self.parts.iter_mut().zip(rows.columns()) {
            parts.push(match column.as_any_dictionary_opt() {
                Some(column) => take(column.values(), column.keys(), None).map_err(told)?,
                None => column.clone(),
            });
        }
        Ok(())
    }

    fn columns(self) -> Result<TypedColumns, String> {
        let mut columns = TypedColumns { columns: Vec::new(), rows: self.rows };
        let mut parts = self.parts.into_iter();
        for field in self.schema.fields() {
            let read = match unreadable(field.data_type()) {
                Some(reason) => Values::Unread(reason),
                None => values(field.data_type(), &parts.next().unwrap_or_default()),
            };
            columns.push(field.name(), read);
        }
        Ok(columns)
    }
}
