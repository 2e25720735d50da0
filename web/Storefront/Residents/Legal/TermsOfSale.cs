using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Residents.Legal;

/// <summary>The terms as a town's storefront shows them in one language: whoever orders and pays accepts exactly this text, and its version is kept with the order.</summary>
/// <param name="Version">Follows from the text: a word that changes is another version, and nobody has to remember to count.</param>
public sealed record TermsOfSale(string Version, string Text)
{
    internal const string Kind = "terms";
    private const int Length = 12;

    internal static TermsOfSale Of(Town town, Ui ui)
    {
        var text = new StringBuilder().Append(ui[Kind + ".title"]).Append('\n').Append(ui.T(Kind + ".lead", town.Operator.Name)).Append('\n');
        for (var i = 1; ui.Has($"{Kind}.{i}.title"); i++)
        {
            text.Append(ui[$"{Kind}.{i}.title"]).Append('\n');
            foreach (var paragraph in Paragraphs(Kind, i, town, ui))
            {
                text.Append(paragraph).Append('\n');
            }
        }
        var said = text.ToString();
        return new TermsOfSale(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)))[..Length], said);
    }

    internal static IEnumerable<string> Paragraphs(string kind, int section, Town town, Ui ui) =>
        ui.T($"{kind}.{section}.text", town.Operator.Name, town.Operator.Email, town.Operator.Mediator ?? ui["legal.mediator.none"], Overweight.Percent).Split('¶').Select(p => p.Trim());
}
