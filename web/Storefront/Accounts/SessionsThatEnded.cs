using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Marketplace.Storefront.Accounts;

/// <summary>On a page that needs no account and shows who is signed in what is theirs.</summary>
internal sealed class ShowsOnesOwn;

/// <summary>
/// A session whose account is gone, or whose password has changed, ends at the next thing it shows or does in that person's name: there the account is looked at
/// each time. Pages that are the same for everybody only greet by name; they look every few minutes, and stand without the storefront's database.
/// </summary>
internal sealed partial class SessionsThatEnded(
    IOptions<SecurityStampValidatorOptions> options, SignInManager<Person> signIn, ILoggerFactory loggers, NpgsqlDataSource database, ILogger<SessionsThatEnded> log)
    : SecurityStampValidator<Person>(options, signIn, loggers)
{
    public override async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (IsOnesOwn(context.HttpContext) && !await StandsAsync(context.Principal!, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            await SignInManager.SignOutAsync();
            return;
        }
        await base.ValidateAsync(context);
    }

    private static bool IsOnesOwn(HttpContext http) => !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        || http.GetEndpoint()?.Metadata is { } endpoint && (endpoint.GetMetadata<IAuthorizeData>() is not null || endpoint.GetMetadata<ShowsOnesOwn>() is not null);

    private async Task<bool> StandsAsync(ClaimsPrincipal person, CancellationToken token)
    {
        if (!Guid.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var id))
        {
            return false;
        }
        try
        {
            await using var command = database.CreateCommand("select security_stamp from people where id = $1");
            command.Parameters.Add(new() { Value = id });
            return await command.ExecuteScalarAsync(token) is string stamp && stamp == person.FindFirstValue(SignInManager.Options.ClaimsIdentity.SecurityStampClaimType);
        }
        catch (NpgsqlException failure)
        {
            LogNotLookedAt(failure);
            return true; // as on the pages for everybody: it was looked at minutes ago
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A session could not be looked at: the storefront's database is away")]
    private partial void LogNotLookedAt(Exception failure);
}
