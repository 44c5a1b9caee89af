"""One folder a Lambda function. No folder imports another."""
