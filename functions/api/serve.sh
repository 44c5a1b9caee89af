#!/bin/sh
# Started by the Lambda Web Adapter in the place of a handler: the application under a server that streams.
export PYTHONPATH="$LAMBDA_TASK_ROOT:/opt/python${PYTHONPATH:+:$PYTHONPATH}"
exec python -m uvicorn --factory functions.api.bootstrap:live_application \
  --host 127.0.0.1 --port "$AWS_LWA_PORT" --lifespan off --no-access-log --no-server-header --log-level warning
