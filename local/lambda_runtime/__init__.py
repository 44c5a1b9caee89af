"""Python functions of the embedded cloud, each event under the real ``awslambdaric`` in a process like Lambda's.

The emulator starts one ``bootstrap`` process per concurrent event and knows no queue. Here the
bootstrap is a thin poller (``poller``) that hands each event to one host process (``host``). The host
keeps at most a few warm workers a function (``pool``), each an unchanged ``awslambdaric`` in a clean
environment (``environment``, ``worker``) that takes its events from a Runtime API of our own
(``runtime_api``), so error names, timeouts and crashes look as they do on AWS.

    emulator -> poller -> host -> pool -> worker: awslambdaric -> function
"""
