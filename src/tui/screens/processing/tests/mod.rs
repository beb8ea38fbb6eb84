mod correct;
mod elsewhere;
mod export;
mod log;
mod pace;
mod verify;
