using System.Net;
using System.Text;

namespace Marketplace.Ordering.Notifications;

/// <summary>What a mail says, once; written as plain text and as simple HTML that needs no picture and no style sheet.</summary>
internal sealed record MailBody(string Greeting, IReadOnlyList<string> Paragraphs, MailBody.Highlight? Code, IReadOnlyList<MailBody.Section> Sections, string? Total,
    MailBody.Link Follow, string Closing)
{
    internal sealed record Highlight(string Label, string Value);
    internal sealed record Section(string Title, IReadOnlyList<string> Facts, IReadOnlyList<Row> Rows);
    internal sealed record Row(string Text, string Amount, bool Struck);
    internal sealed record Link(string Label, string Address);

    internal string ToText()
    {
        var text = new StringBuilder().Append(Greeting).Append("\n\n");
        foreach (var paragraph in Paragraphs)
        {
            text.Append(paragraph).Append("\n\n");
        }

        if (Code is { } code)
        {
            text.Append(code.Label).Append(' ').Append(code.Value).Append("\n\n");
        }

        foreach (var section in Sections)
        {
            text.Append(section.Title).Append('\n');
            foreach (var fact in section.Facts)
            {
                text.Append("  ").Append(fact).Append('\n');
            }

            foreach (var row in section.Rows)
            {
                text.Append("  - ").Append(row.Text).Append(" — ").Append(row.Amount).Append('\n');
            }

            text.Append('\n');
        }

        if (Total is not null)
        {
            text.Append(Total).Append("\n\n");
        }

        return text.Append(Follow.Label).Append('\n').Append(Follow.Address).Append("\n\n-- \n").Append(Closing).Append('\n').ToString();
    }

    internal string ToHtml(string language, string title)
    {
        var html = new StringBuilder()
            .Append("<!DOCTYPE html><html lang=\"").Append(language).Append("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>").Append(Encode(title))
            .Append("</title></head><body style=\"font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:36em;margin:1em auto;padding:0 1em\">");
        Paragraph(html, Greeting);
        foreach (var paragraph in Paragraphs)
        {
            Paragraph(html, paragraph);
        }

        if (Code is { } code)
        {
            html.Append("<p>").Append(Encode(code.Label)).Append("<br><strong style=\"font-size:2em;letter-spacing:.15em\">").Append(Encode(code.Value)).Append("</strong></p>");
        }

        foreach (var section in Sections)
        {
            html.Append("<h2 style=\"font-size:1.1em;margin-bottom:.2em\">").Append(Encode(section.Title)).Append("</h2>");
            if (section.Facts.Count > 0)
            {
                html.Append("<p style=\"margin-top:0\">").AppendJoin("<br>", section.Facts.Select(Encode)).Append("</p>");
            }

            if (section.Rows.Count > 0)
            {
                html.Append("<ul>");
                foreach (var row in section.Rows)
                {
                    var text = Encode(row.Text);
                    html.Append("<li>").Append(row.Struck ? $"<s>{text}</s>" : text).Append(" — ").Append(Encode(row.Amount)).Append("</li>");
                }

                html.Append("</ul>");
            }
        }

        if (Total is not null)
        {
            html.Append("<p><strong>").Append(Encode(Total)).Append("</strong></p>");
        }

        html.Append("<p><a href=\"").Append(Encode(Follow.Address)).Append("\">").Append(Encode(Follow.Label)).Append("</a></p><p style=\"font-size:.85em\">")
            .Append(Encode(Closing)).Append("</p></body></html>");
        return html.ToString();
    }

    private static void Paragraph(StringBuilder html, string text) => html.Append("<p>").Append(Encode(text)).Append("</p>");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
