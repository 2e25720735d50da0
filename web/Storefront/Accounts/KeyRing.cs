using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Npgsql;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// Data Protection's keys, in the database: every process reads the same cookies, and a restart signs nobody out. Keys that were kept in clear before there
/// was a certificate are closed under it when they are next read.
/// </summary>
internal sealed class KeyRing(NpgsqlDataSource database, IXmlEncryptor? encryptor) : IXmlRepository
{
    // As Data Protection writes and reads them.
    private static readonly XNamespace _protection = "http://schemas.asp.net/2015/03/dataProtection";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("select friendly_name, xml from data_protection_keys order by at");
        var all = new List<(string Name, XElement Key)>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                all.Add((reader.GetString(0), XElement.Parse(reader.GetString(1))));
            }
        }
        foreach (var (name, key) in all)
        {
            if (encryptor is not null && CloseUnder(encryptor, key))
            {
                StoreElement(key, name);
            }
        }
        return [.. all.Select(one => one.Key)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.CreateCommand("insert into data_protection_keys (friendly_name, xml) values ($1, $2) on conflict (friendly_name) do update set xml = excluded.xml");
        command.Parameters.Add(new() { Value = friendlyName });
        command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }

    private static bool CloseUnder(IXmlEncryptor encryptor, XElement key)
    {
        var open = key.Descendants().Where(e => (bool?)e.Attribute(_protection + "requiresEncryption") == true).ToList();
        foreach (var secret in open)
        {
            var closed = encryptor.Encrypt(new XElement(secret));
            secret.ReplaceWith(new XElement(_protection + "encryptedSecret", new XAttribute("decryptorType", closed.DecryptorType.AssemblyQualifiedName!), closed.EncryptedElement));
        }
        return open.Count > 0;
    }
}
