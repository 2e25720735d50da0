using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// ASP.NET Core Identity's tables, and nothing else. Their script (<c>Sql/0001_accounts.sql</c>) is what <c>GenerateCreateScript()</c>
/// says of this model; a test keeps the two in step.
/// </summary>
internal sealed class AccountsDb(DbContextOptions<AccountsDb> options) : IdentityUserContext<Person, Guid>(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Person>(person =>
        {
            person.ToTable("people");
            person.Property(p => p.Name).HasMaxLength(100);
            person.Property(p => p.Language).HasMaxLength(2);
            person.Ignore(p => p.PhoneNumber).Ignore(p => p.PhoneNumberConfirmed);
        });
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("person_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("person_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("person_tokens");
        builder.Entity<IdentityUserPasskey<Guid>>().ToTable("person_passkeys");
        UseDatabaseNames(builder);
    }

    private static void UseDatabaseNames(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (entity.IsMappedToJson())
            {
                entity.SetContainerColumnName("data");
                continue;
            }
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(property.Name == nameof(Person.Id) || property.Name != "UserId" ? Snake(property.Name) : "person_id");
            }
            foreach (var key in entity.GetKeys())
            {
                key.SetName($"{entity.GetTableName()}_pkey");
            }
            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName($"{entity.GetTableName()}_{string.Join('_', index.Properties.Select(p => p.GetColumnName()))}_idx");
            }
            foreach (var reference in entity.GetForeignKeys())
            {
                reference.SetConstraintName($"{entity.GetTableName()}_{string.Join('_', reference.Properties.Select(p => p.GetColumnName()))}_fkey");
            }
        }
    }

    private static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && snake.Length > 0)
            {
                snake.Append('_');
            }
            snake.Append(char.ToLowerInvariant(letter));
        }
        return snake.ToString();
    }
}
