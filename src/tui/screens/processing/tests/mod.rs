mod correct;
mod elsewhere;
mod export;
