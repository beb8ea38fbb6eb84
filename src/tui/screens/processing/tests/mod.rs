mod correct;
mod elsewhere;
mod out;
