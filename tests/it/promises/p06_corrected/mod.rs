//! Promise 6: a rejected row is corrected and sent again in the same import.

mod fix;
