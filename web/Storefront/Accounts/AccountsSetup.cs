using Marketplace.EventStore;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Accounts.Passkeys;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Marketplace.Storefront.Accounts;

/// <summary>People's accounts: the cookie by which the pages know them, and the tokens by which the services do.</summary>
internal static class AccountsSetup
{
    // People come with their cookie, the operator's programs with a bearer key.
    private const string CookieOrBearer = "Cookie-or-bearer";

    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        services.AddHttpContextAccessor();
        services.AddMemoryCache();
        services.AddDbContext<AccountsDb>((provider, db) => db.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.MappedPropertyIgnoredWarning))); // no phone number is kept, on purpose
        var protection = services.AddDataProtection().SetApplicationName("marketplace-storefront");
        var certificate = KeyCertificate.Current(builder.Configuration);
        if (certificate is not null)
        {
            protection.ProtectKeysWithCertificate(certificate);
        }
        if (KeyCertificate.Before(builder.Configuration) is { } former)
        {
            protection.UnprotectKeysWithAnyCertificate(former);
        }
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(keys => keys.XmlRepository = new KeyRing(
            provider.GetRequiredService<NpgsqlDataSource>(), certificate is null ? null : new CertificateXmlEncryptor(certificate, provider.GetRequiredService<ILoggerFactory>()))));
        services.AddScoped<IPasswordHasher<Person>, PersonPasswords>().AddIdentity();
        services.AddScoped<SignInDesk>().AddScoped<AccountDesk>().AddScoped<AccountLetters>().AddScoped<Postbox>();
        services.AddSingleton<IMailSender, SmtpSender>().AddDueWork<MailWork>().AddDueWork<Departures>();
        services.AddSingleton<SigningKeys>().AddSingleton<TokenIssuer>().AddSingleton<MembershipDirectory>().AddTransient<PersonTokens>();
        services.AddHttpClient(MembershipDirectory.Client, http => http.Timeout = TimeSpan.FromSeconds(5)).OverReplicas("merchants");
        services.AddHttpClient(Departures.Client, http => http.Timeout = TimeSpan.FromSeconds(5)).OverReplicas("ordering");
        foreach (var service in (string[])["catalog", "merchants", "ordering"])
        {
            services.AddHttpClient(service).AddHttpMessageHandler<PersonTokens>();
        }
        services.AddAccountLimits();
        services.AddHostedService<UnconfirmedAccounts>();
        return builder;
    }

    public static void MapAccounts(this WebApplication app)
    {
        app.UseRateLimiter();
        // Forgery: posts from other sites are refused for the whole site (Pages/SameOriginPosts), so the forms carry no token.
        var account = app.MapGroup("/compte").NeverStored().WithWholeForms().DisableAntiforgery();
        account.MapSigningIn();
        account.MapSigningUp();
        account.MapForgottenPassword();
        account.MapPasskeys();
        account.MapYourAccount();
        account.MapOrderHistory();
        account.MapLeaving();
        app.MapGet("/.well-known/jwks.json", JwksEndpoint.AnswerAsync);
        app.MapDemonstrationPeople();
    }

    /// <summary>Pages of one person: no cache keeps them, and "back" after signing out shows nothing.</summary>
    public static RouteGroupBuilder NeverStored(this RouteGroupBuilder group) => group.AddEndpointFilter((context, next) =>
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(context);
    });

    private static void AddIdentity(this IServiceCollection services)
    {
        services.AddAuthentication(options => options.DefaultScheme = CookieOrBearer)
            .AddPolicyScheme(CookieOrBearer, null, options => options.ForwardDefaultSelector = http =>
                http.Request.Headers.ContainsKey(HeaderNames.Authorization) ? Auth.Selecting : IdentityConstants.ApplicationScheme)
            .AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "compte";
            cookie.Cookie.SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(30);
            cookie.LoginPath = "/compte/connexion";
            cookie.ReturnUrlParameter = "retour";
            cookie.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
            cookie.Events.OnRedirectToLogin = AskToSignIn;
        });
        services.AddIdentityCore<Person>(identity =>
            {
                identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                identity.User.RequireUniqueEmail = true;
                identity.User.AllowedUserNameCharacters = "";
                identity.SignIn.RequireConfirmedEmail = true;
                // Length and no common password, as ANSSI and NIST advise; composition rules only make people write them down.
                identity.Password = new PasswordOptions
                {
                    RequiredLength = 10,
                    RequiredUniqueChars = 4,
                    RequireDigit = false,
                    RequireLowercase = false,
                    RequireUppercase = false,
                    RequireNonAlphanumeric = false,
                };
                identity.Lockout.MaxFailedAccessAttempts = 5;
                identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
            })
            .AddEntityFrameworkStores<AccountsDb>()
            .AddSignInManager()
            .AddDefaultTokenProviders()
            .AddPasswordValidator<CommonPasswords>()
            .AddClaimsPrincipalFactory<SignedInPerson.Claims>();
        services.Configure<DataProtectionTokenProviderOptions>(links => links.TokenLifespan = TimeSpan.FromHours(24));
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.FromMinutes(5));
        services.AddScoped<ISecurityStampValidator, SessionsThatEnded>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IConfiguration>((passkeys, configuration) =>
        {
            // Without a domain the address of the request counts; behind a proxy that passes the host on, that is the public one.
            passkeys.ServerDomain = configuration["Passkeys:Domain"];
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
        });
    }

    // A program (an event stream, a script's call) is told; a person is taken to the form and, after a page, back to it.
    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        if (!request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal) && request.Headers.Accept.Count > 0)
        {
            return Answer(context, StatusCodes.Status401Unauthorized);
        }
        var back = HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : request.Path.StartsWithSegments("/pro") ? "/pro" : "/compte";
        context.Response.Redirect(context.Options.LoginPath + QueryString.Create(context.Options.ReturnUrlParameter, back));
        return Task.CompletedTask;
    }

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
