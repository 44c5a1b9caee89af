"""The Lambda function of the state ``Reconcile``."""

from functions.reconcile.bootstrap import reconciler
from holisticos.contracts.workflow import ReconcileTask
from holisticos.runtime.handler import state_handler

lambda_handler = state_handler(ReconcileTask, lambda task: reconciler().execute(task), name="reconcile")
