/** What `slipway adopt --help` says. */
export const ADOPT_HELP = `Usage: slipway adopt -f slipway.yml [OPTIONS]

Puts a function that runs already under Slipway, with your own AWS credentials: publishes what is in $LATEST, makes the
alias on it, sets the tag slipway:managed, and makes the alarms that slipway.yml describes. It prints what it will do and
asks first. What is there is left as it is: no alias is moved and no alarm overwritten, so it can be run again.

  -f, --file FILE    The spec; slipway.yml
  --yes              Does not ask. Without a terminal and without --yes only the plan is printed, with exit code 2
  --region REGION    Otherwise that of your AWS configuration`;
