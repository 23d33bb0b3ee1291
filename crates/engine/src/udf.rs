//! Functions of the language that DataFusion does not have, as closures over arrays.

pub(crate) mod dates;
pub(crate) mod distance;
pub(crate) mod geo;
pub(crate) mod items;
pub(crate) mod numbers;
pub(crate) mod percentile;
pub(crate) mod terms;
pub(crate) mod text;
mod wkb;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

type Body = dyn Fn(&[ArrayRef]) -> DataFusionResult<ArrayRef> + Send + Sync;

/// A function made for one query. Two are the same when their names are, so the name holds every setting.
struct Native {
    name: String,
    returns: DataType,
    signature: Signature,
    body: Arc<Body>,
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PartialEq for Native {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.returns == other.returns
    }
}

impl Eq for Native {}

impl Hash for Native {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Native {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> DataFusionResult<DataType> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        run(&args, &*self.body)
    }
}

/// The answer of `body` to the arguments of a call: one value when all of them are constants.
fn run(
    args: &ScalarFunctionArgs,
    body: impl FnOnce(&[ArrayRef]) -> DataFusionResult<ArrayRef>,
) -> DataFusionResult<ColumnarValue> {
    crate::stop::check()?;
    let constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let arrays = ColumnarValue::values_to_arrays(&args.args)?;
    let result = body(&arrays)?;
    if constant && result.len() == 1 {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
    }
    Ok(ColumnarValue::Array(result))
}

/// Calls `body` on the values of `arguments` (at least one). `name` tells it from every other function, settings included.
pub(crate) fn call(
    name: impl Into<String>,
    returns: DataType,
    arguments: Vec<Expr>,
    body: impl Fn(&[ArrayRef]) -> DataFusionResult<ArrayRef> + Send + Sync + 'static,
) -> Expr {
    let function = Native {
        name: name.into(),
        returns,
        signature: Signature::variadic_any(Volatility::Immutable),
        body: Arc::new(body),
    };
    ScalarUDF::from(function).call(arguments)
}
