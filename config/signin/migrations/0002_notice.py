import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signin", "0001_shared_cache"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("password", "Your password was changed."),
                            (
                                "link",
                                "A link was made for you to choose a new password. The one until then stopped working.",
                            ),
                            ("email", "The e-mail address of your account was changed."),
                            ("totp-added", "An app that shows codes was added to your account."),
                            ("totp-removed", "The app that shows codes was removed from your account."),
                            ("webauthn-added", "A passkey was added to your account."),
                            ("webauthn-removed", "A passkey was removed from your account."),
                            ("recovery_codes-renewed", "New recovery codes were made for your account."),
                            ("recovery_codes-used", "A recovery code was used to sign in."),
                            ("totp-again", "A code from your app was sent a second time. It was refused."),
                            ("reset", "All second factors were taken off your account."),
                        ],
                        max_length=30,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_in_notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "default_permissions": (),
            },
        ),
    ]
