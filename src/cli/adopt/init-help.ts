/** What `slipway init --help` says. */
export const INIT_HELP = `Usage: slipway init [FILE or FOLDER] [OPTIONS]
       slipway init --live --function NAME [OPTIONS]

Reads what your tool wrote, and writes slipway.yml for one function or Deployment. It says what is there already of what
Slipway needs and what is missing, with the lines to add to your tool's own code. It changes nothing in AWS or a cluster.

Reads: .serverless or another folder of serverless package; template.yaml of SAM, before or after its transform; cdk.out;
the output of terraform show -json (state or plan), of kustomize build and of helm template. The default is this folder.

  --function NAME        The function or Deployment, where there are several
  --function-name NAME   The function's name in AWS, where CloudFormation chooses it
  --alias NAME           The alias that is called; live, or the one that is there
  --service NAME         The name of the service in Slipway; made from the function's
  --cluster NAME         The EKS cluster of a Deployment
  --namespace NAME       Its namespace, where the manifests name none
  --out FILE             Where the spec goes; slipway.yml. A file that is there is never overwritten
  --write-snippet FILE   Writes the lines for your tool into a new file, and not only to the screen
  --check                Writes nothing. Exit code 1 while something is missing
  --live                 Reads the function in AWS and not a tool's output
  --region REGION        With --live; otherwise that of your AWS configuration`;
