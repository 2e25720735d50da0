using System.Text.Json.Nodes;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Marketplace.ServiceDefaults;

/// <summary>On an endpoint that reads its body as it comes, so that nothing of it shows in the handler's parameters: what the document says of it.</summary>
public sealed record StreamedBody(string Description, params string[] ContentTypes);

/// <summary>
/// What the OpenAPI document says beside the shapes: how to show who one is, who may call what (read from each endpoint's <see cref="AccessRule"/>) and how
/// refusals look.
/// </summary>
internal static class ApiDocument
{
    private const string Bearer = "bearer";
    private const string Problem = "Problem";
    private const string ProblemType = "application/problem+json";

    internal static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", document =>
    {
        // The line of an order to be placed is not the line of a refusal.
        document.CreateSchemaReferenceId = shape => OpenApiOptions.CreateDefaultSchemaReferenceId(shape) is { } name ? shape.Type.DeclaringType?.Name + name : null;
        document.AddOperationTransformer(DescribeAsync);
        document.AddDocumentTransformer(DescribeAsync);
    });

    /// <summary>The content of every refusal.</summary>
    internal static Dictionary<string, OpenApiMediaType> ProblemIn(OpenApiDocument? document) => new() { [ProblemType] = new() { Schema = new OpenApiSchemaReference(Problem, document) } };

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken token)
    {
        var name = context.ApplicationServices.GetRequiredService<ServiceName>().Value;
        document.Info.Title = "Marketplace: " + name;
        document.Info.Description =
            "Money is in cents, times have offsets, lists come in pages (`page` from 1, `pageSize` at most 100, `total`). Refusals are problem details (RFC 9457): "
            + $"`type` is `{Refusal.TypePrefix}` and a stable code, `detail` a sentence in the language of Accept-Language (fr or en).";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = $"An API key of a shop ({ApiKeys.ShopPrefix}…) with some of the scopes {string.Join(", ", ApiKeys.Scopes)}; the operator’s key ({ApiKeys.OperatorPrefix}…); "
                + "or a short-lived token of the storefront (JWT, ES256) that names a person and their roles. Scopes in an operation’s security are those that a shop’s key needs.",
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[Problem] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "type", "title", "status", "detail" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = Refusal.TypePrefix + "<code>, stable" },
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The code" },
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What happened and what to do, for people" },
                ["field"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Which member of the request, where it is one" },
                [Refusal.Errors] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "All that is wrong, each with its `code`, `field` and `detail`, where the request was looked at as a whole; the problem itself is the first of them",
                    Items = new OpenApiSchema { Type = JsonSchemaType.Object },
                },
            },
        };
        return Task.CompletedTask;
    }

    private static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken token)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessRule>().LastOrDefault() is not { } access)
        {
            return Task.CompletedTask;
        }

        var responses = operation.Responses ??= [];
        operation.Description = string.Join(' ', new[] { operation.Description, WhoMay(access.Rule) }.Where(text => !string.IsNullOrEmpty(text)));
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions["x-access"] = new JsonNodeExtension(JsonValue.Create(access.Rule));
        if (access.Rule == "anyone")
        {
            Refuses(401, "A key or token that is unknown, expired or revoked: `credentials-unknown`. None is needed here; only for what is somebody’s own may it be asked for: `sign-in-needed`.");
        }
        else
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = ScopesOf(access.Rule) }];
            Refuses(401, "No key or token: `sign-in-needed`; or one that is unknown, expired or revoked: `credentials-unknown`.");
            Refuses(403, "Not for this caller: `not-allowed`.");
        }

        var parameters = operation.Parameters ??= [];
        foreach (var name in RouteParameters(context.Description.RelativePath).Where(n => parameters.All(p => p.Name != n)))
        {
            // Read by the access rule, not by the handler.
            parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        foreach (var header in context.Description.ActionDescriptor.EndpointMetadata.OfType<HeaderRead>())
        {
            parameters.Add(new OpenApiParameter { Name = header.Name, In = ParameterLocation.Header, Required = header.Required, Description = header.Description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            if (header.Refused > 0)
            {
                Refuses(header.Refused, null);
            }
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ETagAnswered>().Any())
        {
            foreach (var answer in responses.Where(r => r.Key[0] is '2').Select(r => r.Value).OfType<OpenApiResponse>())
            {
                answer.Headers ??= new Dictionary<string, IOpenApiHeader>();
                answer.Headers["ETag"] = new OpenApiHeader { Description = "The version, for If-Match.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<StreamedBody>().LastOrDefault() is { } streamed)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = streamed.ContentTypes.ToDictionary(t => t, _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = streamed.Description } }),
            };
        }

        if (parameters.Any(p => p.In == ParameterLocation.Path))
        {
            Refuses(404, "Something that the address names does not exist, or is not for this caller to see: `…-not-found`.");
        }

        if (parameters.Count > 0 || operation.RequestBody is not null)
        {
            Refuses(400, "The request cannot be read: `malformed`, with the names of what is missing or of another kind in `fields`.");
            Refuses(422, "The request is understood and cannot be done as it is; the code says why.");
        }

        if (operation.RequestBody is not null)
        {
            Refuses(413, "The body is too large: `too-large`.");
            Refuses(415, "The body is of a type that is not taken here: `unsupported-media-type`.");
        }

        Refuses(500, "A fault of ours: `unexpected`. What was promised before stands.");
        foreach (var status in responses.Keys.Where(s => s[0] is '4').ToList())
        {
            Refuses(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), null);
        }

        return Task.CompletedTask;

        void Refuses(int status, string? why)
        {
            var key = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var known = responses.GetValueOrDefault(key) as OpenApiResponse ?? new OpenApiResponse();
            responses[key] = known;
            known.Description = why ?? (status == StatusCodes.Status409Conflict ? "What was asked does not fit what stands now; the code says why."
                : status == StatusCodes.Status412PreconditionFailed ? "Changed meanwhile: the version in If-Match is no longer the present one; or, with If-None-Match, there is one already." : known.Description);
            known.Content = ProblemIn(context.Document);
        }
    }

    private static IEnumerable<string> RouteParameters(string? path) =>
        (path ?? "").Split('/').Where(s => s.StartsWith('{') && s.EndsWith('}')).Select(s => s[1..^1].Split(':')[0]);

    private static List<string> ScopesOf(string rule) => [.. rule.Split(' ').Where(ApiKeys.Scopes.Contains)];

    private static string WhoMay(string rule) => rule.Split(' ') switch
    {
        ["anyone"] => "Open to all.",
        ["person"] => "For a signed-in person.",
        ["person", "operator"] => "For a signed-in person, or the operator for one.",
        ["operator"] => "For the operator.",
        ["storefront"] => "For the storefront and the operator.",
        ["town"] => "For the coordinators of the town and the operator.",
        ["shop", "coordinators"] => "For the coordinators of the shop’s towns and the operator.",
        ["shop", var scope, var role, .. var more] =>
            $"For the shop’s people ({role switch { nameof(ShopRole.ReadOnly) => "any role", nameof(ShopRole.Staff) => "staff, owner", _ => "owner" }})"
            + (ApiKeys.Scopes.Contains(scope) ? $", its API keys with the scope {scope}" : "")
            + (more.Length > 0 ? ", the coordinators of its towns" : "") + " and the operator.",
        _ => throw new InvalidOperationException($"No words for the access rule “{rule}”."),
    };
}
