"""What stands before the API: addresses that ask far too often are turned away."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

_MINUTE = 60


class Firewall(Construct):
    """Knows addresses, not users: the application counts users, this spares it from being asked at all.

    ``requests_per_address`` are let through in a minute, but of those whose path ends with ``unlimited`` all.

    Requests are neither logged nor sampled, since their paths hold users' ids; refusals are counted.
    """

    def __init__(
        self, scope: Construct, id_: str, stage: apigateway.Stage, *, requests_per_address: int, unlimited: str
    ) -> None:
        super().__init__(scope, id_)
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_counted("Firewall"),
            rules=[
                wafv2.CfnWebACL.RuleProperty(
                    name="TooManyFromOneAddress",
                    priority=0,
                    action=wafv2.CfnWebACL.RuleActionProperty(
                        block=wafv2.CfnWebACL.BlockActionProperty(
                            custom_response=wafv2.CfnWebACL.CustomResponseProperty(
                                response_code=429,
                                response_headers=[
                                    wafv2.CfnWebACL.CustomHTTPHeaderProperty(name="Retry-After", value=str(_MINUTE))
                                ],
                            )
                        )
                    ),
                    statement=wafv2.CfnWebACL.StatementProperty(
                        rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                            aggregate_key_type="IP",
                            evaluation_window_sec=_MINUTE,
                            limit=requests_per_address,
                            # The source of webhooks is one address, and signs; its path has a throttle of its own.
                            scope_down_statement=wafv2.CfnWebACL.StatementProperty(
                                not_statement=wafv2.CfnWebACL.NotStatementProperty(statement=_path_ends(unlimited))
                            ),
                        )
                    ),
                    visibility_config=_counted("TooManyFromOneAddress"),
                )
            ],
        )
        wafv2.CfnWebACLAssociation(self, "Guards", resource_arn=stage.stage_arn, web_acl_arn=acl.attr_arn)


def _path_ends(end: str) -> wafv2.CfnWebACL.StatementProperty:
    return wafv2.CfnWebACL.StatementProperty(
        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
            positional_constraint="ENDS_WITH",
            search_string=end,
            text_transformations=[wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")],
        )
    )


def _counted(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
