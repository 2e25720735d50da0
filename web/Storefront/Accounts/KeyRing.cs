using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Marketplace.Storefront.Accounts;

/// <summary>Data Protection's keys, in the database: every process reads the same cookies, and a restart signs nobody out.</summary>
internal sealed class KeyRing(NpgsqlDataSource database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("select xml from data_protection_keys order by at");
        using var reader = command.ExecuteReader();
        var all = new List<XElement>();
        while (reader.Read())
        {
            all.Add(XElement.Parse(reader.GetString(0)));
        }
        return all;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.CreateCommand("insert into data_protection_keys (friendly_name, xml) values ($1, $2) on conflict (friendly_name) do update set xml = excluded.xml");
        command.Parameters.Add(new() { Value = friendlyName });
        command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }
}
