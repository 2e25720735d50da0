using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marketplace.Local.Mailbox;

/// <summary>The mailbox for eyes (<c>/</c>, <c>/mails/ID</c>) and for programs (<c>/api/mails</c>, with <c>?to=</c>).</summary>
internal static partial class MailboxPages
{
    private static readonly string Page = ReadPage();

    public static async Task RunAsync(HttpListener listener, MailStore store, CancellationToken token)
    {
        await using var stop = token.Register(listener.Close);
        while (!token.IsCancellationRequested)
        {
            try
            {
                var context = await listener.GetContextAsync();
                await AnswerOrFailAsync(context, store);
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                // The reader went away, or the listener was closed and the loop ends.
            }
        }
    }

    // One mail that cannot be read must not take the mailbox away from all others.
    private static async Task AnswerOrFailAsync(HttpListenerContext context, MailStore store)
    {
        try
        {
            await AnswerAsync(context, store);
        }
        catch (Exception failure) when (failure is not (HttpListenerException or ObjectDisposedException))
        {
            Console.Error.WriteLine($"The mailbox could not answer {context.Request.Url!.AbsolutePath}: {failure}");
            context.Response.Abort();
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context, MailStore store)
    {
        var path = context.Request.Url!.AbsolutePath.Trim('/').Split('/');
        var to = context.Request.QueryString["to"];
        var (status, type, content) = path switch
        {
            [""] => (200, "text/html", Shell("Mails", List(store))),
            ["api", "mails"] => (200, "application/json", Json(store.All().Where(mail => to is null || mail.To.Contains(to, StringComparer.OrdinalIgnoreCase)).Select(Describe))),
            ["api", "mails", var id] when store.Find(id) is { } mail => (200, "application/json", Json(Describe(mail))),
            ["mails", var id] when store.Find(id) is { } mail => (200, "text/html", Shell("Mail", One(mail))),
            ["mails", var id, "html"] when store.Find(id) is { } mail => (200, "text/html", MailText.Of(mail.Message).Html ?? ""),
            ["mails", var id, "raw"] when store.Find(id) is { } mail => (200, "text/plain", mail.Message),
            _ => (404, "text/plain", "Not found"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = $"{type}; charset=utf-8";
        // A mail's HTML comes from outside: it may show itself and nothing else.
        context.Response.AddHeader("Content-Security-Policy", "default-src 'self' data:; style-src 'unsafe-inline'; script-src 'none'");
        var bytes = Encoding.UTF8.GetBytes(content);
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }

    private static object Describe(Mail mail)
    {
        var text = MailText.Of(mail.Message);
        return new { mail.Id, mail.At, mail.From, mail.To, text.Subject, text.Text, text.Html };
    }

    private static string List(MailStore store)
    {
        var rows = new StringBuilder();
        foreach (var mail in store.All())
        {
            rows.Append(CultureInfo.InvariantCulture,
                $"<li><a href=\"/mails/{mail.Id}\">{Html(MailText.Of(mail.Message).Subject)}</a> <span>{Html(string.Join(", ", mail.To))}</span> <time>{mail.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}</time></li>");
        }

        return rows.Length == 0
            ? "<h1>Mails</h1><p>No mail yet. Everything the platform sends arrives here and nowhere else.</p>"
            : $"<h1>Mails</h1><ul>{rows}</ul>";
    }

    private static string One(Mail mail)
    {
        var text = MailText.Of(mail.Message);
        var body = text.Html is null
            ? $"<pre>{Linked(text.Text ?? "")}</pre>"
            : $"<iframe sandbox=\"allow-popups\" src=\"/mails/{mail.Id}/html\" title=\"Mail\"></iframe><details><summary>Text</summary><pre>{Html(text.Text ?? "")}</pre></details>";
        return $"<p><a href=\"/\">← All mails</a></p><h1>{Html(text.Subject)}</h1><p>{Html(mail.From)} → {Html(string.Join(", ", mail.To))} · <a href=\"/mails/{mail.Id}/raw\">source</a></p>{body}";
    }

    private static string Linked(string text) => Address().Replace(Html(text), "<a href=\"$0\">$0</a>");

    private static string Shell(string title, string content) => Page.Replace("{title}", title, StringComparison.Ordinal).Replace("{content}", content, StringComparison.Ordinal);

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Json(object value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    // As in the text once it is HTML; what ends a sentence is none of it.
    [GeneratedRegex(@"https?://(?:(?!&(?:gt|lt|quot);)[^\s<>""])*(?<![.,;:!?)])")]
    private static partial Regex Address();

    private static string ReadPage()
    {
        using var reader = new StreamReader(typeof(MailboxPages).Assembly.GetManifestResourceStream("Mailbox.html")!);
        return reader.ReadToEnd();
    }
}
