//! Promise 6: a rejected row is corrected and resent in the same import.

mod fix;
