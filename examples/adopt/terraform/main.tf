# The shop in production. Terraform makes the functions, their triggers and the alias `live`; Slipway moves the alias.
terraform {
  required_providers {
    aws     = { source = "hashicorp/aws", version = ">= 5.0" }
    archive = { source = "hashicorp/archive", version = ">= 2.4" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

data "archive_file" "shop" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/shop.zip"
}

resource "aws_lambda_function" "api" {
  function_name    = "shop-prod-api"
  role             = aws_iam_role.shop.arn
  runtime          = "nodejs22.x"
  handler          = "shop.api"
  filename         = data.archive_file.shop.output_path
  source_code_hash = data.archive_file.shop.output_base64sha256
  # The alias begins on the version that this makes. Without it the alias would be on $LATEST, which Slipway refuses.
  publish = true
  tags    = { "slipway:managed" = "true" }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.api.function_name
  function_version = aws_lambda_function.api.version

  lifecycle {
    # Both: with function_version alone an apply in mid-rollout takes the weights off.
    ignore_changes = [function_version, routing_config]
  }
}

resource "aws_apigatewayv2_api" "shop" {
  name          = "shop-prod"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "api" {
  api_id                 = aws_apigatewayv2_api.shop.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.live.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "products" {
  api_id    = aws_apigatewayv2_api.shop.id
  route_key = "GET /products"
  target    = "integrations/${aws_apigatewayv2_integration.api.id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.shop.id
  name        = "$default"
  auto_deploy = true
}

resource "aws_lambda_permission" "api" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.api.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*"
}

resource "aws_cloudwatch_metric_alarm" "api_errors" {
  alarm_name          = "shop-prod-api-errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  # Both dimensions: with FunctionName alone the alarm also counts the calls of other versions.
  dimensions = {
    FunctionName = aws_lambda_function.api.function_name
    Resource     = "${aws_lambda_function.api.function_name}:live"
  }
}

resource "aws_iam_role" "shop" {
  name = "shop-prod"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.shop.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
