//! Commands to a running node, over its admin API.

mod answers;
mod ban;
mod bans;
mod changes;
mod check;
pub(crate) mod clock;
mod export;
pub(crate) mod failure;
mod import;
mod lift;
mod lists;
mod no_access;
mod node_client;
pub(crate) mod output;
mod pages;
mod peers;
mod policy;
mod protected;
mod reasons;
mod record;
pub(crate) mod report;
mod service;
mod shadow;
mod sse;
mod status;
mod subject;
pub(crate) mod table;
pub(crate) mod text;
mod typed_address;
mod watch;
mod web;
mod why;

use std::process::ExitCode;

use crate::cli::{Options, Request};
use failure::Failure;
use node_client::NodeClient;
use output::Output;
pub(crate) use policy::policy_in;

/// Asks or tells the node, and says how it went.
pub(crate) fn run(request: &Request) -> ExitCode {
    let (name, options) = about(request);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(perform(request, options));
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(Failure::refused(format!("this program cannot run here: {error}"))),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            if !failure.is_silent() {
                report::failure(name, &failure, options.json);
            }
            ExitCode::from(failure.code)
        }
    }
}

async fn perform(request: &Request, options: &Options) -> Result<u8, Failure> {
    let output = Output::new(options);
    // Some of what can be done with a policy needs no node.
    if let Request::Policy(args) = request {
        return policy::run(&args.command, options, &output).await;
    }
    if let Request::Shadow(args) = request {
        return shadow::run(args.command.as_ref(), options, &output).await;
    }
    let node = NodeClient::connect(options).await?;
    match request {
        Request::Status(_) => status::run(&node, &output).await,
        Request::Peers(args) => peers::run(args, &node, &output).await,
        Request::Bans(args) => bans::run(args, &node, &output).await,
        Request::Protected(args) => protected::run(args, &node, &output).await,
        Request::Why(args) => why::run(args, &node, &output).await,
        Request::Check(args) => check::run(args, &node, &output).await,
        Request::Ban(args) => ban::run(args, &node, &output).await,
        Request::Unban(args) => lift::unban(args, &node, &output).await,
        Request::Protect(args) => lift::protect(args, &node, &output).await,
        Request::Unprotect(args) => lift::unprotect(args, &node, &output).await,
        Request::Disconnect(args) => lift::disconnect(args, &node, &output).await,
        Request::Watch(args) => watch::run(args, &node, &output).await,
        Request::Lists(args) => lists::run(args, &node, &output).await,
        Request::Import(args) => import::run(args, &node, &output).await,
        Request::Export(args) => export::run(args, &node, &output).await,
        Request::Policy(args) => policy::run(&args.command, options, &output).await,
        Request::Shadow(args) => shadow::run(args.command.as_ref(), options, &output).await,
        Request::Record(args) => record::run(&args.command, &node, &output).await,
        Request::Web(args) => web::run(args, &node, &output).await,
    }
}

/// Name and common options of a command.
const fn about(request: &Request) -> (&'static str, &Options) {
    match request {
        Request::Status(args) => ("status", &args.options),
        Request::Peers(args) => ("peers", &args.options),
        Request::Bans(args) => ("bans", &args.options),
        Request::Protected(args) => ("protected", &args.options),
        Request::Why(args) => ("why", &args.options),
        Request::Check(args) => ("check", &args.options),
        Request::Ban(args) => ("ban", &args.subjects.options),
        Request::Unban(args) => ("unban", &args.subjects.options),
        Request::Protect(args) => ("protect", &args.options),
        Request::Unprotect(args) => ("unprotect", &args.subjects.options),
        Request::Disconnect(args) => ("disconnect", &args.options),
        Request::Watch(args) => ("watch", &args.options),
        Request::Lists(args) => ("lists", &args.options),
        Request::Import(args) => ("import", &args.options),
        Request::Export(args) => ("export", &args.options),
        Request::Policy(args) => ("policy", &args.options),
        Request::Shadow(args) => ("shadow", &args.options),
        Request::Record(args) => ("record", &args.options),
        Request::Web(args) => ("web", &args.options),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::{ColorChoice, Options};

    /// Options as they are if none is given, without colour.
    pub(super) fn options() -> Options {
        Options {
            socket: None,
            data_dir: None,
            json: false,
            color: ColorChoice::Never,
            timeout: None,
            quiet: false,
        }
    }
}
