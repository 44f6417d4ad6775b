//! The `settings` interface.

use super::bindings::watchroom::plugin::settings::{Host, Value};
use super::bindings::watchroom::plugin::types::Error;
use super::clock;
use crate::plugin_host::run::RunState;
use crate::plugin_host::settings::SettingValue;

impl Host for RunState {
    fn get(&mut self, name: String) -> wasmtime::Result<Result<Value, Error>> {
        self.enter()?;
        Ok(match self.request.settings.0.get(&name) {
            None => Err(Error::NotFound),
            Some(SettingValue::Text(text)) => Ok(Value::Text(text.clone())),
            Some(SettingValue::Integer(number)) => Ok(Value::Integer(*number)),
            Some(SettingValue::Boolean(flag)) => Ok(Value::Boolean(*flag)),
            Some(SettingValue::Choice(choice)) => Ok(Value::Choice(choice.clone())),
            Some(SettingValue::Date(day)) => Ok(Value::Date(clock::days(*day))),
        })
    }
}
